// Reconstructions of pictures by a student and by its teacher, side by side.
import type { Html } from 'photoguard/report';
import { inlinePicture, pictureTable } from 'photoguard/report/node';
import type { CodecPrograms } from './check.ts';

/** Pictures shown. */
const ROWS = 4;

/** The first of some pictures [size, 3, side, side] in [0, 1], and their reconstructions. */
export async function reconstructionSheet(
  student: CodecPrograms,
  teacher: CodecPrograms,
  image: Float32Array,
  { size, side }: { readonly size: number; readonly side: number },
): Promise<Html> {
  const through = async ({ encode, decode }: CodecPrograms): Promise<Float32Array> => {
    const { 'latent.0': latent } = await encode.run({ image });
    return (await decode.run({ latent: latent! })).image as Float32Array;
  };
  const columns = { original: image, student: await through(student), teacher: await through(teacher) };
  const rows = Array.from({ length: Math.min(ROWS, size) }, async (_, row) => ({
    heading: String(row + 1),
    pictures: await Promise.all(
      Object.entries(columns).map(([alt, pictures]) => inlinePicture(toPixels(pictures, row, side), { alt })),
    ),
  }));
  return pictureTable({ caption: 'Validation photos', columns: Object.keys(columns), rows: await Promise.all(rows) });
}

function toPixels(pictures: Float32Array, row: number, side: number) {
  const area = side * side;
  const planes = pictures.subarray(3 * area * row, 3 * area * (row + 1));
  const data = Uint8Array.from(planes, (_, i) =>
    Math.round(255 * Math.min(Math.max(planes[(i % 3) * area + Math.floor(i / 3)]!, 0), 1)),
  );
  return { width: side, height: side, channels: 3, data } as const;
}
