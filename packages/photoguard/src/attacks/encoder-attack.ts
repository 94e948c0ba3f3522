// The encoder attack on one photo size: what `photoguard immunize` does, without files. Immunizes a photo's pixels,
// measures any version of it (the original, the file as written), and makes the control: random noise of the same norm
// and size. One attack serves all photos of its size.
import { PhotoGuardError } from '../errors.ts';
import type { Image01, Mask, Pixels8, Size } from '../image/index.ts';
import { quantise, toImage01 } from '../image/index.ts';
import { Random } from '../random.ts';
import type { Runtime } from '../runtime/index.ts';
import type { Constraint } from './constraint.ts';
import { l2Norm } from './constraint.ts';
import type { Victim } from './encoder-objective.ts';
import { EncoderObjective } from './encoder-objective.ts';
import type { Weighting } from './ensemble.ts';
import { ensemble } from './ensemble.ts';
import { keptOnly, masked } from './masked.ts';
import type { Objective, Part } from './objective.ts';
import type { Progress } from './pgd.ts';
import { pgd, withDelta } from './pgd.ts';
import type { Recipe } from './recipes.ts';
import { resized } from './resized.ts';
import type { Target } from './target.ts';
import { targetLatent } from './target.ts';

/** What an encoder attack is made of. */
export interface EncoderAttackOptions {
  readonly runtime: Runtime;
  /** Models to protect against, at least one. */
  readonly victims: readonly Victim[];
  /** Size at which the models see the photo: what `fitSize` gives. */
  readonly modelSize: Size;
  readonly constraint: Constraint;
  readonly recipe: Recipe;
  /** Default `grey`: the latent of a mid-grey picture. */
  readonly target?: Target;
  /** White = repainted by the editor, and left alone. The photo's size. */
  readonly mask?: Mask;
  /** Seed of a random start, of the noise target and of the control. Default 0. */
  readonly seed?: number;
  /** Bytes that the programs of all models may take together. Default: no limit. */
  readonly memory?: number;
  /** How several models are weighed. Default `worst`. */
  readonly weighting?: Weighting;
}

/** An immunized photo, rounded to 8 bits within the bound. */
export interface Immunized {
  readonly pixels: Pixels8;
  readonly gradients: number;
  readonly seconds: number;
}

// What is optimised, and the objectives of the single models in it.
interface Built {
  readonly objective: Objective;
  readonly each: readonly EncoderObjective[];
}

const CONTROL_STREAM = 1;

/** See the head of this file. */
export class EncoderAttack {
  readonly #options: EncoderAttackOptions;
  #objective: Promise<Built> | undefined;

  /** @throws PhotoGuardError `input` without a victim */
  constructor(options: EncoderAttackOptions) {
    if (options.victims.length === 0) throw new PhotoGuardError('input', 'an attack needs a model');
    this.#options = options;
  }

  /**
   * Immunizes a photo.
   * @throws PhotoGuardError `aborted` within one gradient of the signal
   */
  async immunize(
    photo: Pixels8,
    { onProgress, signal }: { onProgress?: (progress: Progress) => void; signal?: AbortSignal } = {},
  ): Promise<Immunized> {
    const { constraint, recipe, seed = 0, mask } = this.#options;
    const image = toImage01(photo);
    const { objective } = await this.#built(signal);
    const loop = pgd(image, objective, constraint, recipe, {
      seed,
      ...(mask && { mask }),
      ...(signal && { signal }),
    });
    let step = await loop.next();
    for (; !step.done; step = await loop.next()) onProgress?.(step.value);
    const { delta, gradients, seconds } = step.value;
    return { pixels: this.#rounded(image, delta, photo), gradients, seconds };
  }

  /**
   * Bytes that the gradient programs are expected to take together, beside the processes themselves.
   * @throws PhotoGuardError `memory` where the budget is too small
   */
  async plannedBytes(signal?: AbortSignal): Promise<number> {
    return (await this.#built(signal)).each.reduce((sum, one) => sum + one.plan().bytes, 0);
  }

  /** Loss of each model at a version of the photo. */
  async measure(photo: Pixels8, signal?: AbortSignal): Promise<readonly Part[]> {
    return (await this.#built(signal)).objective.measure(toImage01(photo), signal);
  }

  /** The control: the photo with uniform noise (L-inf) or Gaussian noise (L2) that fills the same ball. */
  control(photo: Pixels8): Pixels8 {
    const { constraint, seed = 0, mask } = this.#options;
    const image = toImage01(photo);
    const noise = constraint.start(image.data.length, new Random(seed, CONTROL_STREAM));
    const delta = mask ? keptOnly(noise, mask) : noise;
    constraint.project(delta, image.data);
    return this.#rounded(image, delta, photo);
  }

  /** Frees the models. */
  async release(): Promise<void> {
    const objective = this.#objective;
    this.#objective = undefined;
    await (await objective)?.objective.release();
  }

  #built(signal?: AbortSignal): Promise<Built> {
    this.#objective ??= this.#build(signal).catch((error: unknown) => {
      this.#objective = undefined;
      throw error;
    });
    return this.#objective;
  }

  async #build(signal?: AbortSignal): Promise<Built> {
    const { runtime, victims, modelSize: size, target = 'grey', seed = 0, mask, weighting, memory } = this.#options;
    const share = memory === undefined ? {} : { memory: memory / victims.length };
    const objectives: EncoderObjective[] = [];
    for (const victim of victims) {
      const plain = new EncoderObjective({ victim, size, runtime, ...share });
      const latent = await targetLatent(target, plain, size, seed, signal);
      if (latent) await plain.release();
      objectives.push(latent ? new EncoderObjective({ victim, size, runtime, ...share, target: latent }) : plain);
    }
    const seen = resized(size, ensemble(objectives, weighting));
    return { objective: mask ? masked(mask, seen) : seen, each: objectives };
  }

  // Rounding moves each value by half a level at most; the bound of an L-inf ball holds after it too. An L2 ball is left
  // by rounding where eps is small: then the perturbation is scaled down until its rounded form is inside.
  #rounded(image: Image01, delta: Float32Array, photo: Pixels8): Pixels8 {
    const { constraint } = this.#options;
    if (constraint.norm === 'linf') return quantise(withDelta(image, delta), photo, constraint.eps * 255);
    for (let factor = 1; ; factor *= 0.98) {
      const scaled = factor === 1 ? delta : delta.map((d) => d * factor);
      const pixels = quantise(withDelta(image, scaled), photo, 255);
      const difference = toImage01(pixels).data.map((x, i) => x - image.data[i]!);
      if (l2Norm(difference) <= constraint.eps || factor < 0.01) return pixels;
    }
  }
}
