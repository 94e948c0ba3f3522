// A perturbed photo in 8 bits, within its bound.
import { addDelta, type Mask, type Pixels8, readPlanes } from '../image/index.ts';
import type { Random } from '../random.ts';
import { hide } from '../view/index.ts';
import type { Constraint, Delta } from './constraint.ts';

/**
 * The photo with a perturbation, rounded. Rounding changes each value by at most half a level; the bound of an L-inf
 * ball still holds after it. If eps is small, rounding can leave an L2 ball: then the perturbation is scaled down until
 * the rounded photo is inside.
 */
export function roundedIn(constraint: Constraint, photo: Pixels8, delta: Delta): Pixels8 {
  if (constraint.land) return constraint.land(photo, delta);
  const { eps } = constraint;
  for (let factor = 1; ; factor *= 0.98) {
    const pixels = addDelta(photo, delta, { factor });
    if (measureL2(pixels, photo) <= eps || factor < 0.01) return pixels;
  }
}

/** The photo with noise that fills the ball: uniform (L-inf) or Gaussian (L2), none where the mask is 1. */
export function ballNoise(photo: Pixels8, constraint: Constraint, random: Random, mask?: Mask): Pixels8 {
  const area = photo.width * photo.height;
  const delta = constraint.start(3 * area, random);
  if (mask) hide(delta, mask);
  const plane = new Float32Array(area);
  const fill = readPlanes(photo);
  const sum = constraint.sum?.(delta);
  for (let channel = 0; channel < 3; channel++) {
    fill(channel, plane);
    constraint.project(delta.subarray(channel * area, (channel + 1) * area), plane, sum);
  }
  return roundedIn(constraint, photo, delta);
}

function measureL2(a: Pixels8, b: Pixels8): number {
  let sum = 0;
  for (let i = 0; i < a.data.length; i++) sum += (a.data[i]! - b.data[i]!) ** 2;
  return Math.sqrt(sum) / 255;
}
