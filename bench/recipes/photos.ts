// The photos of a bench: the square in the middle of each, at one size.

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PhotoGuardError } from 'photoguard/errors';
import type { Pixels8, Size } from 'photoguard/image/node';
import { decodePhoto, toImage01, toPixels8 } from 'photoguard/image/node';
import { resizedPixels } from 'photoguard/view';

/** Photos of PHOTOGUARD_PHOTOS (default ../shared/images), at most PHOTOGUARD_LIMIT of them. @throws Error without any */
export async function photosAt(size: Size): Promise<Pixels8[]> {
  const folder = process.env.PHOTOGUARD_PHOTOS ?? fileURLToPath(new URL('../../../shared/images', import.meta.url));
  if (!existsSync(folder)) throw new PhotoGuardError('usage', 'set PHOTOGUARD_PHOTOS to a folder of photos');
  const names = readdirSync(folder).filter((name) => /\.(png|jpe?g|webp)$/i.test(name));
  const chosen = names.sort().slice(0, Number(process.env.PHOTOGUARD_LIMIT ?? names.length));
  return Promise.all(
    chosen.map(async (name) => {
      const { pixels } = await decodePhoto(join(folder, name));
      return resizedPixels(toPixels8(cutSquare(toImage01(pixels))), size);
    }),
  );
}

type Picture = ReturnType<typeof toImage01>;

// The square in the middle.
function cutSquare({ width, height, data }: Picture): Picture {
  const side = Math.min(width, height);
  const [left, top] = [(width - side) >> 1, (height - side) >> 1];
  const out = new Float32Array(3 * side * side);
  for (let c = 0; c < 3; c++)
    for (let y = 0; y < side; y++) {
      const from = (c * height + top + y) * width + left;
      out.set(data.subarray(from, from + side), (c * side + y) * side);
    }
  return { width: side, height: side, channels: 3, data: out };
}
