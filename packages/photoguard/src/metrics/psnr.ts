/*
 * How far two pictures are apart, value by value: PSNR, and the L-inf and L2 norms of the difference. Sums of squared
 * bytes are integers below 2^53 for any photo, so the results are exact up to the last division.
 */
import { type Rgb8, requireComparable } from './picture.ts';

/** Peak signal-to-noise ratio over all RGB values in dB, `10 log10(255^2 / mse)`; Infinity for equal pictures. */
export function psnr(reference: Rgb8, distorted: Rgb8): number {
  const mse = squaredDistance(reference, distorted) / reference.data.length;
  return 10 * Math.log10((255 * 255) / mse);
}

/** Largest absolute difference of two values, in levels of 255: what `eps255` bounds. */
export function linf255(reference: Rgb8, distorted: Rgb8): number {
  requireComparable(reference, distorted);
  const [p, q] = [reference.data, distorted.data];
  let largest = 0;
  for (let i = 0; i < p.length; i++) largest = Math.max(largest, Math.abs(p[i]! - q[i]!));
  return largest;
}

/** Euclidean norm of the difference over the whole picture, values in [0, 1]: what an L2 constraint bounds. */
export function l2(reference: Rgb8, distorted: Rgb8): number {
  return Math.sqrt(squaredDistance(reference, distorted)) / 255;
}

// Sums of 32768 squared bytes stay below 2^31, where integer addition is cheaper.
const BLOCK = 32768;

function squaredDistance(a: Rgb8, b: Rgb8): number {
  requireComparable(a, b);
  let sum = 0;
  for (let start = 0; start < a.data.length; start += BLOCK)
    sum += squaredDistanceOf(a.data, b.data, start, Math.min(start + BLOCK, a.data.length));
  return sum;
}

function squaredDistanceOf(p: Uint8Array, q: Uint8Array, start: number, end: number): number {
  let sum = 0;
  for (let i = start; i < end; i++) {
    const difference = p[i]! - q[i]!;
    sum = (sum + Math.imul(difference, difference)) | 0;
  }
  return sum;
}
