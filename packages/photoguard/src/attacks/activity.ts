// Where a photo hides changes: where much goes on, people see less of them. Activity is the standard deviation of luma in
// windows of 5x5 pixels, the least of those around each pixel, so that the calm side of an edge counts as calm.
import type { Pixels8 } from '../image/index.ts';
import { average, brightnessOf, least, overWindows } from './windows.ts';

/** Share of the bound where nothing goes on, how much more it may become, and the activity that brings half of that. */
const CALM = 0.4;
const MORE = 1.2;
const HALF = 0.03;

/**
 * Largest change by place, as a share of the bound.
 * @param brightness of the photo, where it was measured already; its luma is overwritten
 */
export function shareByActivity(photo: Pixels8, { luma, means } = brightnessOf(photo)): Float32Array {
  const { width, height } = photo;
  for (let i = 0; i < luma.length; i++) luma[i]! *= luma[i]!;
  const squares = overWindows(luma, width, height, average);
  for (let i = 0; i < luma.length; i++) luma[i] = Math.sqrt(Math.max(0, squares[i]! - means[i]! ** 2));
  const shares = overWindows(luma, width, height, least);
  for (let i = 0; i < shares.length; i++) shares[i] = CALM + (MORE * shares[i]!) / (shares[i]! + HALF);
  return shares;
}
