// Projected gradient descent: the loop of every attack here. It uses only an objective (loss and gradient), a
// constraint (step and projection) and a recipe (number and size of steps, momentum). The objective sees the photo
// through a view. At the photo's size it keeps the perturbation, the best one so far in 16 bits, and one working
// channel (WORKING_BYTES); everything else has the model's size. So does the velocity: the way back through a view is
// linear, so pulling back the sum gives the sum of what would have been pulled back each time.
import { PhotoGuardError } from '../errors.ts';
import { type FillPlane, type Image01, type Mask, type Pixels8, readPlanes } from '../image/index.ts';
import { Random, STREAMS } from '../random.ts';
import { hide, View } from '../view/index.ts';
import type { Constraint, Delta } from './constraint.ts';
import type { Evaluation, Objective, Part } from './objective.ts';
import type { Recipe } from './recipes.ts';

/** Reported after every gradient. */
export interface Progress {
  /** Gradients so far, from 1. */
  readonly gradient: number;
  /** Gradients in all. */
  readonly gradients: number;
  /** Loss at the image that the gradient was taken at. */
  readonly loss: number;
  readonly parts: readonly Part[];
  /** Seconds since the start. */
  readonly seconds: number;
  /** The change so far, as in {@link Perturbed}. It is the loop's own: valid until the next gradient. */
  readonly delta: Delta;
}

/** The result of the loop: a perturbation of the photo, not yet rounded. */
export interface Perturbed {
  /** [0, 1] pixel units, in the photo's planar layout. */
  readonly delta: Delta;
  readonly gradients: number;
  readonly seconds: number;
  /** Why the loop ended early, with the perturbation of the lowest loss so far; absent if it was completed. */
  readonly stopped?: string;
}

/** Options of {@link pgd}. */
export interface PgdOptions {
  /** Seed of a random start. Default 0. */
  readonly seed?: number;
  /**
   * How the objective sees the photo, and which part must not change. Default: at its own size, with {@link mask}
   * unchanged.
   */
  readonly view?: View;
  /** Without a view: where it is 1 the photo is not changed (an editor repaints it). The photo's size. */
  readonly mask?: Mask;
  readonly signal?: AbortSignal;
  /** A first perturbation to use instead of the recipe's start. */
  readonly start?: Delta | undefined;
}

/**
 * Bytes per pixel of the photo that an attack needs: the perturbation 12, the best one 6, a working channel 4; and
 * during rounding, before those are garbage-collected, another channel and the result, 7 (measured by the bench
 * `memory`).
 */
export const WORKING_BYTES = 29;

/**
 * Minimises `objective` over perturbations of `photo` inside `constraint`. Yields after every gradient; stopping the
 * iteration or firing the signal stops within one gradient. A loss that is not finite ends the loop with the best
 * perturbation so far.
 * @throws PhotoGuardError `aborted` when the signal fires, `model` if the first loss is not finite
 */
export async function* pgd(
  photo: Image01 | Pixels8,
  objective: Objective,
  constraint: Constraint,
  recipe: Recipe,
  options: PgdOptions = {},
): AsyncGenerator<Progress, Perturbed> {
  const { seed = 0, mask, signal, view = new View({ photo, size: photo, mask }) } = options;
  const began = performance.now();
  const seconds = (): number => (performance.now() - began) / 1000;
  const ball = new Ball(photo, view, constraint);
  const random =
    recipe.start === 'random' ? () => constraint.start(ball.length, new Random(seed, STREAMS.start)) : undefined;
  const delta: Delta = options.start?.slice() ?? random?.() ?? new Float32Array(ball.length);
  if (!options.start && view.mask) hide(delta, view.mask);
  if (recipe.projectStart) ball.project(delta);
  const clean = objective.relative ? ball.see() : undefined;
  let velocity: Float32Array | undefined;
  let best: { readonly loss: number; readonly delta: Int16Array } | undefined;
  for (let k = 0; k < recipe.steps; k++) {
    if (signal?.aborted) throw new PhotoGuardError('aborted', 'stopped on request');
    let evaluation: Evaluation;
    try {
      evaluation = finite(await objective.evaluate(ball.see(delta), k, signal, clean));
    } catch (error) {
      if (!best || !(error instanceof PhotoGuardError) || error.code !== 'model') throw error;
      const stopped = `gradient ${k + 1} of ${recipe.steps}: ${error.message}`;
      unpack(best.delta, delta);
      return { delta, gradients: k, seconds: seconds(), stopped };
    }
    const { loss, gradient, parts } = evaluation;
    if (!best || loss < best.loss) best = { loss, delta: pack(delta, best?.delta) };
    velocity =
      recipe.momentum > 0 ? accumulate(velocity, gradient, recipe.momentum, ball.measureMean(gradient)) : gradient;
    ball.step(delta, velocity, recipe.stepSize(k, constraint.eps));
    if (k === 0 && view.mask) hide(delta, view.mask);
    ball.project(delta);
    constraint.adjust?.(delta, k + 1, recipe.steps);
    yield { gradient: k + 1, gradients: recipe.steps, loss, parts, seconds: seconds(), delta };
  }
  return { delta, gradients: recipe.steps, seconds: seconds() };
}

// The work at the photo's size, one channel at a time.
class Ball {
  readonly length: number;
  readonly #view: View;
  readonly #constraint: Constraint;
  readonly #fill: FillPlane;
  readonly #plane: Float32Array;

  constructor(photo: Image01 | Pixels8, view: View, constraint: Constraint) {
    this.#view = view;
    this.#constraint = constraint;
    this.#fill = readPlanes(photo);
    this.#plane = new Float32Array(photo.width * photo.height);
    this.length = 3 * this.#plane.length;
  }

  // The perturbed photo as the model sees it.
  see(delta?: Delta): Image01 {
    return this.#view.see((channel, plane) => {
      this.#fill(channel, plane);
      if (!delta) return;
      const moved = this.#part(delta, channel);
      for (let i = 0; i < plane.length; i++) plane[i]! += moved[i]!;
    }, this.#plane);
  }

  // Mean size of a gradient's values at the photo's size.
  measureMean(gradient: Float32Array): number {
    const absolute = (values: Float32Array): number => {
      let sum = 0;
      for (let i = 0; i < values.length; i++) sum += Math.abs(values[i]!);
      return sum;
    };
    return this.#sum((channel) => absolute(this.#pull(gradient, channel))) / this.length;
  }

  step(delta: Delta, direction: Float32Array, size: number): void {
    const { sum } = this.#constraint;
    const total = sum && this.#sum((channel) => sum(this.#pull(direction, channel)));
    for (let channel = 0; channel < 3; channel++)
      this.#constraint.step(this.#part(delta, channel), this.#pull(direction, channel), size, total);
  }

  project(delta: Delta): void {
    const { sum } = this.#constraint;
    const total = sum && this.#sum((channel) => sum(this.#part(delta, channel)));
    for (let channel = 0; channel < 3; channel++) {
      this.#fill(channel, this.#plane);
      this.#constraint.project(this.#part(delta, channel), this.#plane, total);
    }
  }

  #pull(gradient: Float32Array, channel: number): Float32Array {
    return this.#view.pull(gradient, channel, this.#plane);
  }

  #part(delta: Delta, channel: number): Float32Array {
    return delta.subarray(channel * this.#plane.length, (channel + 1) * this.#plane.length);
  }

  #sum(of: (channel: number) => number): number {
    return of(0) + of(1) + of(2);
  }
}

// A perturbation in 16 bits: values of [-1, 1] to a 32767th.
function pack(delta: Delta, into: Int16Array = new Int16Array(delta.length)): Int16Array {
  for (let i = 0; i < delta.length; i++) into[i] = Math.round(delta[i]! * 32767);
  return into;
}

function unpack(packed: Int16Array, into: Delta): void {
  for (let i = 0; i < packed.length; i++) into[i] = packed[i]! / 32767;
}

function finite(evaluation: Evaluation): Evaluation {
  const { loss, gradient } = evaluation;
  if (Number.isFinite(loss) && gradient.every(Number.isFinite)) return evaluation;
  throw new PhotoGuardError('model', Number.isFinite(loss) ? 'the gradient is not finite' : `the loss is ${loss}`, {
    hint: 'the checkpoint may be damaged: photoguard models check',
  });
}

/** The image with a perturbation added. */
export function withDelta(image: Image01, delta: Delta): Image01 {
  const data = new Float32Array(delta.length);
  for (let i = 0; i < delta.length; i++) data[i] = image.data[i]! + delta[i]!;
  return { ...image, data };
}

// v <- momentum v + g / mean|g|: all gradients count alike, whatever their size (as in MI-FGSM).
function accumulate(
  velocity: Float32Array | undefined,
  gradient: Float32Array,
  momentum: number,
  mean: number,
): Float32Array {
  const scale = mean > 0 ? 1 / mean : 0;
  const next = velocity ?? new Float32Array(gradient.length);
  for (let i = 0; i < next.length; i++) next[i] = momentum * next[i]! + scale * gradient[i]!;
  return next;
}
