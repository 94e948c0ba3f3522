// Checks that an original belongs to an immunized photo. For two different photos an audit would find a huge
// protection, since every change counts. In coarse cells, a photo and its immunized form are nearly the same whatever
// the bound (random noise of 64 of 255 levels moves the cells by 12 levels, at most 27 in 36 photos), and two photos
// are not (at least 42 among 354 pairs, 86 in the median). SSIM and PSNR do not separate them at such bounds.
import { PhotoGuardError } from '../errors.ts';
import type { Pixels8 } from '../image/index.ts';
import { type ImmunizationRecord, sha256OfPixels } from '../record/index.ts';

/** Difference in coarse cells, levels of 255, from which two pictures are two photos. */
export const OTHER_PHOTO = 35;

/** Cells a side. */
const CELLS = 16;

/** Root mean square difference of two photos of one size, averaged over 16x16 cells each; levels of 255. */
export function coarseDifference(a: Pixels8, b: Pixels8): number {
  const { width, height } = a;
  const sums = new Float64Array(CELLS * CELLS * 3);
  const counts = new Float64Array(sums.length);
  for (let y = 0, i = 0; y < height; y++) {
    const row = Math.floor((CELLS * y) / height);
    for (let x = 0; x < width; x++) {
      const cell = 3 * (row * CELLS + Math.floor((CELLS * x) / width));
      for (let c = 0; c < 3; c++, i++) {
        sums[cell + c]! += a.data[i]! - b.data[i]!;
        counts[cell + c]!++;
      }
    }
  }
  const means = [...sums].flatMap((sum, k) => (counts[k]! > 0 ? [sum / counts[k]!] : []));
  return Math.sqrt(means.reduce((total, mean) => total + mean * mean, 0) / means.length);
}

/**
 * Refuses an original that cannot belong to the photo. One that the record names is accepted without this check.
 * @throws PhotoGuardError `input` for another photo
 */
export async function requireSamePhoto(
  immunized: Pixels8,
  original: Pixels8,
  record: ImmunizationRecord | undefined,
): Promise<void> {
  const difference = coarseDifference(immunized, original);
  if (difference < OTHER_PHOTO || (await sha256OfPixels(original)) === record?.original) return;
  throw new PhotoGuardError(
    'input',
    'the original is another photo, or the photo was changed by more than its protection',
    {
      got: `a difference of ${difference.toFixed(0)} of 255 levels in coarse cells, ${OTHER_PHOTO} or more`,
      hint: 'give the photo that was immunized, or leave it out',
    },
  );
}
