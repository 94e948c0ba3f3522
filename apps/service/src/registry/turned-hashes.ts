// The hashes by which a photo is looked up: of the photo in all eight turns and mirrorings. PDQ can make them from the
// coefficients of one, but its thinning out of pixels is not symmetric, so for photos of a few hundred pixels they are ten to
// forty bits away from the hash of the photo that was turned. There the pixels themselves are turned and hashed; for large
// photos, where that takes seconds and the difference is small, the coefficients do.
import { DIHEDRAL, type Pdq, pdq } from 'photoguard/hash';
import type { Pixels8 } from 'photoguard/image';

/** Most pixels of a photo that is turned itself. */
const SMALL = 1_500_000;

/** Of a photo: its hash, and those of its turns, the photo itself first. */
export function turnedHashes(pixels: Pixels8): { readonly hashes: readonly Uint8Array[]; readonly quality: number } {
  const { dihedral, quality }: Pdq = pdq(pixels);
  if (pixels.width * pixels.height > SMALL) return { hashes: DIHEDRAL.map((way) => dihedral[way]), quality };
  const hashes = [false, true].flatMap((swapped) =>
    [false, true].flatMap((left) => [false, true].map((up) => pdq(turned(pixels, { swapped, left, up })).hash)),
  );
  return { hashes, quality };
}

interface Turn {
  /** Whether rows become columns, before the rest. */
  readonly swapped: boolean;
  /** Whether left and right, top and bottom are exchanged. */
  readonly left: boolean;
  readonly up: boolean;
}

function turned(pixels: Pixels8, { swapped, left, up }: Turn): Pixels8 {
  const [width, height] = swapped ? [pixels.height, pixels.width] : [pixels.width, pixels.height];
  const data = new Uint8Array(3 * width * height);
  for (let y = 0, to = 0; y < height; y++)
    for (let x = 0; x < width; x++, to += 3) {
      const [fromX, fromY] = [left ? width - 1 - x : x, up ? height - 1 - y : y];
      const from = 3 * (swapped ? fromX * pixels.width + fromY : fromY * pixels.width + fromX);
      data[to] = pixels.data[from]!;
      data[to + 1] = pixels.data[from + 1]!;
      data[to + 2] = pixels.data[from + 2]!;
    }
  return { width, height, channels: 3, data };
}
