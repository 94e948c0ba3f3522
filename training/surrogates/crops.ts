// Crops of photos at several scales, some of them JPEGs of JPEGs: what surrogates see. A crop depends on the seed and its
// number only.
import { readdir } from 'node:fs/promises';
import { pillowResize } from 'photoguard/image';
import { sharpCodecs } from 'photoguard/image/node';
import { parsePurifier } from 'photoguard/purifiers';
import { Draws } from 'photoguard/training';
import { STREAMS } from '../common/streams.ts';
import { loadPhotos, type PhotoBytes } from '../data/photo-set.ts';

/** Photos to cut from: large ones, and small ones of more kinds. */
export interface CropSource {
  readonly large: readonly PhotoBytes[];
  readonly small: readonly PhotoBytes[];
}

/** Share of the crops from large photos. */
const LARGE_SHARE = 0.8;
/** Smallest scale of a crop of a large photo. */
const LEAST_SCALE = 0.35;
/** Share of the crops that are compressed, and the qualities. */
const JPEG_SHARE = 0.3;
const JPEG_QUALITY = [40, 95] as const;

/** Decodes the photos of two folders, large and small ones; those below `side` pixels and unreadable ones are left out. */
export async function openCropSource(
  [large, small]: readonly [large: string, small: string],
  side: number,
  signal: AbortSignal,
): Promise<CropSource> {
  const decode = async (folder: string): Promise<readonly PhotoBytes[]> => {
    const names = await readdir(folder, { recursive: true });
    const files = names.filter((name) => /\.(jpe?g|png|webp)$/i.test(name)).sort();
    return (await loadPhotos(folder, files, side, { signal })).photos;
  };
  return { large: await decode(large), small: await decode(small) };
}

/** A crop: interleaved bytes, [side, side, 3]. */
export async function drawCrop(
  source: CropSource,
  side: number,
  { seed, index }: { readonly seed: number; readonly index: number },
): Promise<Uint8Array> {
  const draws = new Draws(seed, STREAMS.surrogateCrops(index));
  const isLarge = draws.next() < LARGE_SHARE;
  const photo = draws.pick(isLarge ? source.large : source.small);
  const least = Math.max(isLarge ? LEAST_SCALE : 0, side / Math.min(photo.width, photo.height));
  const scale = Math.min(1, least + draws.next() * (1 - least));
  const from = Math.min(Math.round(side / scale), photo.width, photo.height);
  const square = cutSquare(photo, from, draws);
  const filter = draws.pick(['lanczos3', 'bicubic', 'bilinear'] as const);
  const rgb =
    from === side
      ? square
      : pillowResize(square, { width: from, height: from }, 3, { width: side, height: side }, filter);
  if (draws.next() >= JPEG_SHARE) return rgb;
  const jpeg = parsePurifier(`jpeg:${draws.between(...JPEG_QUALITY)}`);
  const pixels = { width: side, height: side, channels: 3, data: rgb } as const;
  return (await jpeg.apply(pixels, { seed: 0, codecs: sharpCodecs })).data as Uint8Array;
}

// A square of the photo, mirrored half of the time.
function cutSquare({ data, width, height }: PhotoBytes, side: number, draws: Draws): Uint8Array {
  const left = draws.between(0, width - side);
  const top = draws.between(0, height - side);
  const isMirrored = draws.next() < 0.5;
  const out = new Uint8Array(side * side * 3);
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) {
      const from = ((top + y) * width + left + (isMirrored ? side - 1 - x : x)) * 3;
      const to = (y * side + x) * 3;
      for (let c = 0; c < 3; c++) out[to + c] = data[from + c]!;
    }
  return out;
}
