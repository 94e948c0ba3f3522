// Where a photo hides changes: where much goes on, people see less of them. Activity is the standard deviation of luma in
// windows of 5x5 pixels, the least of those around each pixel, so that the calm side of an edge counts as calm.
import type { Pixels8 } from '../image/index.ts';

const RADIUS = 2;
/** Share of the bound where nothing goes on, how much more it may become, and the activity that brings half of that. */
const CALM = 0.4;
const MORE = 1.2;
const HALF = 0.03;

/** Largest change by place, as a share of the bound. */
export function shareByActivity(photo: Pixels8): Float32Array {
  const { width, height, data } = photo;
  const luma = new Float32Array(width * height);
  for (let i = 0; i < luma.length; i++)
    luma[i] = (0.299 * data[3 * i]! + 0.587 * data[3 * i + 1]! + 0.114 * data[3 * i + 2]!) / 255;
  const means = overWindows(luma, width, height, average);
  for (let i = 0; i < luma.length; i++) luma[i]! *= luma[i]!;
  const squares = overWindows(luma, width, height, average);
  for (let i = 0; i < luma.length; i++) luma[i] = Math.sqrt(Math.max(0, squares[i]! - means[i]! ** 2));
  const shares = overWindows(luma, width, height, least);
  for (let i = 0; i < shares.length; i++) shares[i] = CALM + (MORE * shares[i]!) / (shares[i]! + HALF);
  return shares;
}

type Combine = (values: Float32Array, first: number, step: number, count: number) => number;

// A value for each window from those of its rows, from those of its pixels; windows end at the photo's edge.
function overWindows(plane: Float32Array, width: number, height: number, combine: Combine): Float32Array {
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

const average: Combine = (values, first, step, count) => {
  let sum = 0;
  for (let i = 0, at = first; i < count; i++, at += step) sum += values[at]!;
  return sum / count;
};

const least: Combine = (values, first, step, count) => {
  let found = values[first]!;
  for (let i = 1, at = first + step; i < count; i++, at += step) if (values[at]! < found) found = values[at]!;
  return found;
};
