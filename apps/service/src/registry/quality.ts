// Photos that cannot be told from others by their hash are not enrolled.
import { Problem } from '../http/problem.ts';

/** Below it, too little of the photo is left in a hash to tell it from others. */
const LEAST_QUALITY = 50;

/** @param quality of a hash; null: a hash that was given, about which nothing is known @throws Problem 422 if it is too low */
export function requireQuality(quality: number | null): void {
  if (quality === null || quality >= LEAST_QUALITY) return;
  throw new Problem(
    422,
    'quality',
    `there is too little in the photo to recognise it by: quality ${quality}, at least ${LEAST_QUALITY} is needed`,
  );
}
