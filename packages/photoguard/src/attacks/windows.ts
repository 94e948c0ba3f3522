// Values of the windows of 5x5 pixels around each pixel of a photo's luma; windows end at the photo's edge.
import type { Pixels8 } from '../image/index.ts';

const RADIUS = 2;

/** How bright a photo is, row by row, 0 to 1: each pixel's luma, and its mean in the window around each pixel. */
export interface Brightness {
  readonly luma: Float32Array;
  readonly means: Float32Array;
}

/** Measures it; the shares of activity and of luminance both need it. */
export function brightnessOf(photo: Pixels8): Brightness {
  const luma = lumaOf(photo);
  return { luma, means: overWindows(luma, photo.width, photo.height, average) };
}

function lumaOf({ width, height, data }: Pixels8): Float32Array {
  const luma = new Float32Array(width * height);
  for (let i = 0; i < luma.length; i++)
    luma[i] = (0.299 * data[3 * i]! + 0.587 * data[3 * i + 1]! + 0.114 * data[3 * i + 2]!) / 255;
  return luma;
}

/** A value from `count` values, the first at `first` and each `step` further. */
export type Combine = (values: Float32Array, first: number, step: number, count: number) => number;

/** A value for each window from those of its rows, from those of its pixels. */
export function overWindows(plane: Float32Array, width: number, height: number, combine: Combine): Float32Array {
  const along = new Float32Array(plane.length);
  const out = new Float32Array(plane.length);
  // In the order in which pixels lie in memory.
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const first = Math.max(0, x - RADIUS);
      along[y * width + x] = combine(plane, y * width + first, 1, Math.min(width - 1, x + RADIUS) - first + 1);
    }
  for (let y = 0; y < height; y++) {
    const first = Math.max(0, y - RADIUS);
    const count = Math.min(height - 1, y + RADIUS) - first + 1;
    for (let x = 0; x < width; x++) out[y * width + x] = combine(along, first * width + x, width, count);
  }
  return out;
}

/** The mean of values. */
export const average: Combine = (values, first, step, count) => {
  let sum = 0;
  for (let i = 0, at = first; i < count; i++, at += step) sum += values[at]!;
  return sum / count;
};

/** The least of values. */
export const least: Combine = (values, first, step, count) => {
  let found = values[first]!;
  for (let i = 1, at = first + step; i < count; i++, at += step) if (values[at]! < found) found = values[at]!;
  return found;
};
