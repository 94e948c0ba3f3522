// A part of a picture.
import type { Pixels8, Size } from './types.ts';

/** A rectangle of a picture, in its pixels. */
export interface Part extends Size {
  readonly left: number;
  readonly top: number;
}

/** A copy of a part that lies within the picture. */
export function cropPixels(pixels: Pixels8, { width, height, left, top }: Part): Pixels8 {
  const data = new Uint8Array(3 * width * height);
  for (let y = 0; y < height; y++) {
    const from = 3 * ((top + y) * pixels.width + left);
    data.set(pixels.data.subarray(from, from + 3 * width), 3 * y * width);
  }
  return { width, height, channels: 3, data };
}
