/*
 * Gradient magnitude similarity deviation (Xue et al. 2013), as piq computes it: luma, halved; Prewitt gradients of both
 * pictures; how similar their lengths are at each pixel; the standard deviation of that. 0 for equal pictures.
 */
import { gradientLengths, PREWITT } from './gradients.ts';
import { type Rgb8, requireComparable } from './picture.ts';
import { LUMA, weighChannels } from './plane.ts';

const HALF = { pool: 2, partial: 'zeros' } as const;
const C = 170; // the paper's constant for values in 0..255

/** GMSD of luma, 0 for equal pictures, lower is better. */
export function gmsd(reference: Rgb8, distorted: Rgb8): number {
  requireComparable(reference, distorted);
  const p = gradientLengths(weighChannels(reference, LUMA, HALF), PREWITT).data;
  const q = gradientLengths(weighChannels(distorted, LUMA, HALF), PREWITT).data;
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < p.length; i++) {
    // 1 - similarity: small numbers, so that the difference of squares below loses nothing.
    const dissimilarity = (p[i]! - q[i]!) ** 2 / (p[i]! * p[i]! + q[i]! * q[i]! + C);
    sum += dissimilarity;
    squares += dissimilarity * dissimilarity;
  }
  const mean = sum / p.length;
  return Math.sqrt(Math.max(0, squares / p.length - mean * mean));
}
