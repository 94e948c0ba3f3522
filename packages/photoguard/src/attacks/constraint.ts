// What an immunization may change: a perturbation (delta) inside a ball around the photo, with all pixels in [0, 1]. A
// constraint knows where to start, what a step along a gradient is in its norm, and how to come back inside. All sizes
// are in [0, 1] pixel units: 16/255 is sixteen levels of an 8-bit photo. Large photos are processed one channel at a
// time; a norm over all channels is a sum over these parts.
import { PhotoGuardError } from '../errors.ts';
import { addDelta, type Pixels8 } from '../image/index.ts';
import type { Random } from '../random.ts';

/** A perturbation: photo + delta is the immunized photo. Same layout as the photo's planar data; [0, 1] pixel units. */
export type Delta = Float32Array;

/** Norms that bound a perturbation. */
export type NormName = 'linf' | 'l2';

/** A ball of perturbations. Methods change `delta` in place. */
export interface Constraint {
  readonly norm: NormName;
  /** Radius of the ball, in [0, 1] pixel units (`l2`: of the whole image). */
  readonly eps: number;
  /** A random perturbation in the ball. */
  start(length: number, random: Random): Delta;
  /** Turns a change of values from -1 to 1 into one that fills the ball. */
  fill(change: Delta): void;
  /** What a step or a projection needs from all values: their sum of squares (L2). Absent if it needs nothing. */
  readonly sum?: (values: Float32Array) => number;
  /**
   * Moves `delta` against `direction` by `size` in this norm: a sign step (L-inf) or a normalised one (L2).
   * @param sum of the whole direction, if this is a part of it
   */
  step(delta: Delta, direction: Float32Array, size: number, sum?: number): void;
  /**
   * Brings `delta` into the ball, and image + delta into [0, 1].
   * @param sum of the whole perturbation, if this is a part of it
   */
  project(delta: Delta, image: Float32Array, sum?: number): void;
  /** Called after each step with the whole perturbation, for constraints that move with it. */
  adjust?(delta: Delta, done: number, steps: number): void;
  /** The photo with the final perturbation, in 8 bits; default: `roundedIn`. */
  land?(photo: Pixels8, delta: Delta): Pixels8;
}

/** |delta_i| <= eps for every channel of every pixel, or a share of eps that depends on the pixel. */
export class LinfConstraint implements Constraint {
  readonly norm = 'linf';
  eps: number;
  readonly #shares: Float32Array | undefined;

  /**
   * @param shares of each pixel, row by row. Default: 1
   * @throws PhotoGuardError `input` unless 0 < eps <= 1
   */
  constructor(eps: number, shares?: Float32Array) {
    if (!(eps > 0 && eps <= 1))
      throw new PhotoGuardError('input', 'eps of an L-inf ball must be above 0 and at most 1', {
        got: String(eps),
        hint: 'for example 16/255',
      });
    this.eps = eps;
    this.#shares = shares;
  }

  start(length: number, random: Random): Delta {
    const delta = random.uniform(length, -this.eps, this.eps);
    if (this.#shares) scaleByPlace(delta, this.#shares, 1);
    return delta;
  }

  fill(change: Delta): void {
    if (this.#shares) scaleByPlace(change, this.#shares, this.eps);
    else for (let i = 0; i < change.length; i++) change[i]! *= this.eps;
  }

  step(delta: Delta, direction: Float32Array, size: number): void {
    const shares = this.#shares;
    for (let i = 0; i < delta.length; i++) delta[i]! -= size * (shares?.[i] ?? 1) * Math.sign(direction[i]!);
  }

  project(delta: Delta, image: Float32Array): void {
    const shares = this.#shares;
    for (let i = 0; i < delta.length; i++) {
      const x = image[i]!;
      const most = this.eps * (shares?.[i] ?? 1);
      const inBall = Math.min(Math.max(delta[i]!, -most), most);
      delta[i] = Math.min(Math.max(inBall, -x), 1 - x);
    }
  }

  land(photo: Pixels8, delta: Delta): Pixels8 {
    return addDelta(photo, delta, { eps255: this.eps * 255 });
  }
}

// Each channel by the same shares, times one factor.
function scaleByPlace(delta: Delta, shares: Float32Array, factor: number): void {
  for (let start = 0; start < delta.length; start += shares.length)
    for (let i = 0; i < shares.length; i++) delta[start + i]! *= factor * shares[i]!;
}

/** The Euclidean norm of the whole perturbation is at most eps. */
export class L2Constraint implements Constraint {
  readonly norm = 'l2';
  readonly eps: number;
  readonly sum = sumOfSquares;

  /** @throws PhotoGuardError `input` unless eps > 0 */
  constructor(eps: number) {
    if (!(eps > 0 && Number.isFinite(eps)))
      throw new PhotoGuardError('input', 'eps of an L2 ball must be above 0', {
        got: String(eps),
        hint: 'for example 8 for a 512x512 photo',
      });
    this.eps = eps;
  }

  start(length: number, random: Random): Delta {
    const delta = random.normal(length);
    const radius = this.eps * (random.bits(2 * length) / 2 ** 32) ** (1 / length);
    const norm = l2Norm(delta);
    for (let i = 0; i < length; i++) delta[i]! *= radius / norm;
    return delta;
  }

  fill(change: Delta): void {
    const norm = l2Norm(change);
    if (norm > 0) for (let i = 0; i < change.length; i++) change[i]! *= this.eps / norm;
  }

  step(delta: Delta, direction: Float32Array, size: number, sum = sumOfSquares(direction)): void {
    const norm = Math.sqrt(sum);
    if (norm === 0) return;
    for (let i = 0; i < delta.length; i++) delta[i]! -= (size / norm) * direction[i]!;
  }

  // As in torch.renorm, which PhotoGuard uses: points inside stay unchanged, others are scaled by eps / (norm + 1e-7).
  // Clipping to the pixel range afterwards can only shrink the norm.
  project(delta: Delta, image: Float32Array, sum = sumOfSquares(delta)): void {
    const norm = Math.sqrt(sum);
    const factor = norm > this.eps ? this.eps / (norm + 1e-7) : 1;
    for (let i = 0; i < delta.length; i++) {
      const x = image[i]!;
      delta[i] = Math.min(Math.max(delta[i]! * factor, -x), 1 - x);
    }
  }
}

/** Euclidean norm, summed in float64. */
export const l2Norm = (values: Float32Array): number => Math.sqrt(sumOfSquares(values));

function sumOfSquares(values: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]! * values[i]!;
  return sum;
}

/** Makes the constraint of a norm. @throws PhotoGuardError `input` for an eps out of range */
export const makeConstraint = (norm: NormName, eps: number): Constraint =>
  norm === 'linf' ? new LinfConstraint(eps) : new L2Constraint(eps);
