// Projected gradient descent: the loop of every attack here. It knows an objective (loss and gradient), a constraint
// (step and projection) and a recipe (how many steps, how large, with what momentum), and nothing else.
import { PhotoGuardError } from '../errors.ts';
import type { Image01, Mask } from '../image/index.ts';
import { Random } from '../random.ts';
import type { Constraint, Delta } from './constraint.ts';
import { keptOnly } from './masked.ts';
import type { Evaluation, Objective, Part } from './objective.ts';
import type { Recipe } from './recipes.ts';

/** What is told after every gradient. */
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
}

/** What the loop leaves: a perturbation of the photo, not yet rounded. */
export interface Perturbed {
  /** [0, 1] pixel units, in the photo's planar layout. */
  readonly delta: Delta;
  readonly gradients: number;
  readonly seconds: number;
  /** Why the loop ended early, with the perturbation of the lowest loss so far; absent where it ran to its end. */
  readonly stopped?: string;
}

/** Options of {@link pgd}. */
export interface PgdOptions {
  /** Seed of a random start. Default 0. */
  readonly seed?: number;
  /** Where it is 1 the photo stays as it is (an editor repaints it). The photo's size. */
  readonly mask?: Mask;
  readonly signal?: AbortSignal;
  /** A given first perturbation, taken as it is, instead of the recipe's start. */
  readonly start?: Delta;
}

/**
 * Minimises `objective` over perturbations of `image` inside `constraint`. Yields after every gradient; stopping the
 * iteration or firing the signal stops within one gradient. A loss that is no number ends the loop with the best
 * perturbation so far.
 * @throws PhotoGuardError `aborted` when the signal fires, `model` where the first loss is no number
 */
export async function* pgd(
  image: Image01,
  objective: Objective,
  constraint: Constraint,
  recipe: Recipe,
  options: PgdOptions = {},
): AsyncGenerator<Progress, Perturbed> {
  const { seed = 0, mask, signal } = options;
  const began = performance.now();
  const seconds = (): number => (performance.now() - began) / 1000;
  const kept = (values: Float32Array): Float32Array => (mask ? keptOnly(values, mask) : values);
  const length = image.data.length;
  const zero = new Float32Array(length);
  const drawn = (): Float32Array => kept(constraint.start(length, new Random(seed)));
  let delta: Delta = Float32Array.from(options.start ?? (recipe.start === 'random' ? drawn() : zero));
  if (recipe.projectStart) constraint.project(delta, image.data);
  let velocity: Float32Array | undefined;
  let best: { readonly loss: number; readonly delta: Delta } | undefined;
  for (let k = 0; k < recipe.steps; k++) {
    if (signal?.aborted) throw new PhotoGuardError('aborted', 'stopped on request');
    let evaluation: Evaluation;
    try {
      evaluation = finite(await objective.evaluate(withDelta(image, delta), signal));
    } catch (error) {
      if (!best || !(error instanceof PhotoGuardError) || error.code !== 'model') throw error;
      const stopped = `gradient ${k + 1} of ${recipe.steps}: ${error.message}`;
      return { delta: best.delta, gradients: k, seconds: seconds(), stopped };
    }
    const { loss, gradient, parts } = evaluation;
    if (!best || loss < best.loss) best = { loss, delta: Float32Array.from(delta) };
    velocity = recipe.momentum > 0 ? accumulate(velocity, gradient, recipe.momentum) : gradient;
    constraint.step(delta, velocity, recipe.stepSize(k, constraint.eps));
    delta = kept(delta);
    constraint.project(delta, image.data);
    yield { gradient: k + 1, gradients: recipe.steps, loss, parts, seconds: seconds() };
  }
  return { delta, gradients: recipe.steps, seconds: seconds() };
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

// v <- momentum v + g / mean|g|: gradients count alike, however their size changes (as MI-FGSM).
function accumulate(velocity: Float32Array | undefined, gradient: Float32Array, momentum: number): Float32Array {
  let sum = 0;
  for (let i = 0; i < gradient.length; i++) sum += Math.abs(gradient[i]!);
  const scale = sum > 0 ? gradient.length / sum : 0;
  const next = velocity ?? new Float32Array(gradient.length);
  for (let i = 0; i < next.length; i++) next[i] = momentum * next[i]! + scale * gradient[i]!;
  return next;
}
