// Values of the windows of 5x5 pixels around each pixel of a photo's luma; windows end at the photo's edge.
import type { Pixels8 } from '../image/index.ts';

const RADIUS = 2;
const SIDE = 2 * RADIUS + 1;

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

/** A value from those of a window's rows, or of a row's pixels. */
export interface Combine {
  /** Of `count` values, the first at `first` and each `step` further. */
  few(values: Float32Array, first: number, step: number, count: number): number;
  /** The same of five, two on each side of each index from `from` to before `to`. Nearly all windows are whole. */
  whole(out: Float32Array, values: Float32Array, step: number, from: number, to: number): void;
}

/** A value for each window from those of its rows, from those of its pixels. */
export function overWindows(plane: Float32Array, width: number, height: number, combine: Combine): Float32Array {
  const along = new Float32Array(plane.length);
  const out = new Float32Array(plane.length);
  // In the order in which pixels lie in memory.
  for (let y = 0; y < height; y++) alongRow(along, plane, y * width, width, combine);
  for (let y = 0; y < height; y++) {
    const first = Math.max(0, y - RADIUS);
    const count = Math.min(height - 1, y + RADIUS) - first + 1;
    if (count === SIDE) combine.whole(out, along, width, y * width, (y + 1) * width);
    else for (let x = 0; x < width; x++) out[y * width + x] = combine.few(along, first * width + x, width, count);
  }
  return out;
}

function alongRow(out: Float32Array, values: Float32Array, start: number, width: number, combine: Combine): void {
  if (width >= SIDE) combine.whole(out, values, 1, start + RADIUS, start + width - RADIUS);
  for (let x = 0; x < width; x++) {
    if (x === RADIUS && width >= SIDE) x = width - RADIUS; // those between are whole
    const first = Math.max(0, x - RADIUS);
    out[start + x] = combine.few(values, start + first, 1, Math.min(width - 1, x + RADIUS) - first + 1);
  }
}

/** The mean of values. */
export const average: Combine = {
  few(values, first, step, count) {
    let sum = 0;
    for (let i = 0, at = first; i < count; i++, at += step) sum += values[at]!;
    return sum / count;
  },
  whole(out, v, step, from, to) {
    for (let i = from; i < to; i++)
      out[i] = (v[i - 2 * step]! + v[i - step]! + v[i]! + v[i + step]! + v[i + 2 * step]!) / SIDE;
  },
};

/** The least of values. */
export const least: Combine = {
  few(values, first, step, count) {
    let found = values[first]!;
    for (let i = 1, at = first + step; i < count; i++, at += step) if (values[at]! < found) found = values[at]!;
    return found;
  },
  whole(out, v, step, from, to) {
    for (let i = from; i < to; i++)
      out[i] = Math.min(v[i - 2 * step]!, v[i - step]!, v[i]!, v[i + step]!, v[i + 2 * step]!);
  },
};
