// Squares cut from photos: at random for training, from the centre for validation and for finding colours. Faces are in
// the upper part of portraits, so portraits are cut from there.
import { pillowResize } from 'photoguard/image';
import type { Draws } from 'photoguard/training';
import type { PhotoBytes } from './photo-set.ts';

/** A square in a photo, in pixels. */
export interface Square {
  readonly left: number;
  readonly top: number;
  readonly side: number;
}

/** Least side of a random crop, as a share of the photo's shorter side. */
const LEAST_SIDE = 0.86;

type Sized = Pick<PhotoBytes, 'width' | 'height'>;

/**
 * A random square with 0.86 to 1 of the shorter side, anywhere; in portraits not in the lower half of the free space.
 */
export function randomSquare({ width, height }: Sized, kind: string, draws: Draws): Square {
  const least = Math.min(width, height);
  const side = Math.floor(least * (LEAST_SIDE + draws.next() * (1 - LEAST_SIDE)));
  const left = draws.between(0, width - side);
  const lowest = kind === 'portraits' ? Math.floor((height - side) / 2) : height - side;
  return { left, top: draws.between(0, lowest), side };
}

/** The largest square in the middle; in portraits above it. */
export function centreSquare({ width, height }: Sized, kind: string): Square {
  const side = Math.min(width, height);
  return {
    left: Math.floor((width - side) / 2),
    top: Math.floor((height - side) / (kind === 'portraits' ? 4 : 2)),
    side,
  };
}

/** The contents of a square at another size: interleaved bytes, [size, size, 3]; Pillow's Lanczos filter. */
export function cut({ data, width }: PhotoBytes, { left, top, side }: Square, size: number): Uint8Array {
  const square = new Uint8Array(side * side * 3);
  for (let y = 0; y < side; y++) {
    const from = ((top + y) * width + left) * 3;
    square.set(data.subarray(from, from + side * 3), y * side * 3);
  }
  return pillowResize(square, { width: side, height: side }, 3, { width: size, height: size }, 'lanczos3');
}
