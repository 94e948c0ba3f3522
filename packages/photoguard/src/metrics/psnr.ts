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
  let largest = 0;
  for (let i = 0; i < reference.data.length; i++) {
    const difference = Math.abs(reference.data[i]! - distorted.data[i]!);
    if (difference > largest) largest = difference;
  }
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
  const [p, q] = [a.data, b.data];
  let sum = 0;
  for (let start = 0; start < p.length; start += BLOCK) {
    const end = Math.min(start + BLOCK, p.length);
    let block = 0;
    for (let i = start; i < end; i++) {
      const difference = p[i]! - q[i]!;
      block = (block + Math.imul(difference, difference)) | 0;
    }
    sum += block;
  }
  return sum;
}
