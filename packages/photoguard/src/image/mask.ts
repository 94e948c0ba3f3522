/*
 * Masks say which pixels an editor repaints: white is repainted, black is kept (as in diffusers' inpainting). A mask
 * file is a picture of the photo's shape. It is converted to grey, thresholded at one half, and resized by nearest
 * neighbour, since a blurred border would be neither.
 */
import { PhotoGuardError } from '../errors.ts';
import { pillowResize } from './resize-pillow.ts';
import type { Mask, Size } from './types.ts';

/** How `fitMask` and `loadMask` treat a mask of another size: `nearest` scales one of the same shape, `exact` refuses it. */
export interface MaskOptions {
  readonly resize?: 'nearest' | 'exact';
}

/** A mask from interleaved RGB bytes: 1 where grey is at least one half. */
export function maskFromRgb(rgb: Uint8Array, { width, height }: Size): Mask {
  const data = new Uint8Array(width * height);
  for (let i = 0, j = 0; i < data.length; i++, j += 3) {
    const grey = (rgb[j]! * 19595 + rgb[j + 1]! * 38470 + rgb[j + 2]! * 7471 + 0x8000) >> 16; // Pillow's fixed point
    data[i] = grey >= 128 ? 1 : 0;
  }
  return { width, height, data };
}

/** The mask at `size`: unchanged, or scaled by nearest neighbour if its shape is the same to within a pixel. */
export function fitMask(mask: Mask, size: Size, { resize = 'nearest' }: MaskOptions = {}): Mask {
  if (mask.width === size.width && mask.height === size.height) return mask;
  const sameShape =
    Math.abs(mask.width * size.height - mask.height * size.width) <=
    Math.max(mask.width, mask.height, size.width, size.height);
  if (resize === 'exact' || !sameShape) {
    throw new PhotoGuardError('input', `the mask does not have the photo's ${resize === 'exact' ? 'size' : 'shape'}`, {
      got: `a mask of ${mask.width}x${mask.height} for a photo of ${size.width}x${size.height}`,
    });
  }
  return resizeMask(mask, size);
}

/** The mask stretched to `size` by nearest neighbour, whatever its shape. */
export const resizeMask = (mask: Mask, { width, height }: Size): Mask => ({
  width,
  height,
  data: pillowResize(mask.data, mask, 1, { width, height }, 'nearest'),
});
