// Where a photo hides changes: in the dark, and a little in bright light, people see less of them. The least difference that
// is seen on a ground of some luminance is that of Chou and Li (1995); its square root is taken, since FLIP, which all changes
// are scaled to in the end, has its own account of luminance (docs/protection.md has what was measured).
import type { Pixels8 } from '../image/index.ts';
import { brightnessOf } from './windows.ts';

/** Luma at which most is seen, in levels, and the least difference that is seen there. */
const MIDDLE = 127;
const LEAST = 3;

/**
 * Largest change by place, as a multiple of that at middle grey: 1 to 2.6.
 * @param brightness of the photo, where it was measured already
 */
export const shareByLuminance = (photo: Pixels8, { means } = brightnessOf(photo)): Float32Array =>
  means.map((mean) => Math.sqrt(leastSeen(255 * mean) / LEAST));

// In levels, on a ground of a level.
const leastSeen = (level: number): number =>
  level <= MIDDLE ? 17 * (1 - Math.sqrt(level / MIDDLE)) + LEAST : (3 / 128) * (level - MIDDLE) + LEAST;
