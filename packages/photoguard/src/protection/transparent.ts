// Parts of a photo that nobody sees, since they are transparent: an attack neither changes nor counts them.
import { PhotoGuardError } from '../errors.ts';
import type { Mask, Photo, Pixels8 } from '../image/index.ts';

/**
 * A mask with the transparent parts of a photo added.
 * @throws PhotoGuardError `input` for a photo that is transparent everywhere
 */
export function maskTransparent({ pixels, alpha }: Photo, mask: Mask | undefined): Mask | undefined {
  if (!alpha?.includes(0)) return mask;
  if (alpha.every((opacity) => opacity === 0))
    throw new PhotoGuardError('input', 'the photo is transparent everywhere: there is nothing to protect');
  const { width, height } = pixels;
  return { width, height, data: Uint8Array.from(alpha, (opacity, i) => (opacity === 0 || mask?.data[i] ? 1 : 0)) };
}

/** A changed picture with what is transparent in the photo as it was. */
export function keepTransparent({ pixels, alpha }: Photo, changed: Pixels8): Pixels8 {
  if (!alpha?.includes(0)) return changed;
  const data = Uint8Array.from(changed.data);
  for (const [i, opacity] of alpha.entries())
    if (opacity === 0) data.set(pixels.data.subarray(3 * i, 3 * i + 3), 3 * i);
  return { ...changed, data };
}

/** A picture with grey where a mask hides it, for measuring what is left. */
export function greyHidden(pixels: Pixels8, mask: Mask | undefined): Pixels8 {
  if (!mask) return pixels;
  return { ...pixels, data: pixels.data.map((value, i) => (mask.data[Math.floor(i / 3)] ? GREY : value)) };
}

const GREY = 128;
