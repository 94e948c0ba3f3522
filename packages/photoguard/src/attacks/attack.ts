// An attack on photos of one size: what `photoguard immunize` does, without files. Immunizes a photo's pixels, measures
// any version of it (the original, the file as written), and makes the control: random noise of the same norm and size.
// What is attacked is the objective's business; one attack serves all photos of its size.
import type { Image01, Mask, Pixels8 } from '../image/index.ts';
import { quantise, toImage01 } from '../image/index.ts';
import { Random } from '../random.ts';
import type { Constraint } from './constraint.ts';
import { l2Norm } from './constraint.ts';
import { keptOnly } from './masked.ts';
import type { Objective, Part } from './objective.ts';
import type { Progress } from './pgd.ts';
import { pgd, withDelta } from './pgd.ts';
import type { Recipe } from './recipes.ts';

/** What every attack is made of. */
export interface AttackOptions {
  readonly constraint: Constraint;
  readonly recipe: Recipe;
  /** White = repainted by the editor, and left alone. The photo's size. */
  readonly mask?: Mask;
  /** Seed of a random start, of random targets and of the control. Default 0. */
  readonly seed?: number;
}

/** What is optimised, on photos of one size. */
export interface Built {
  /** For one run on one photo; all of them share what is loaded. */
  readonly objective: () => Objective;
  /** Bytes that the gradient programs are expected to take together, beside the processes themselves. */
  readonly plannedBytes: number;
}

/** An immunized photo, rounded to 8 bits within the bound. */
export interface Immunized {
  readonly pixels: Pixels8;
  readonly gradients: number;
  readonly seconds: number;
  /** Why the loop ended early, with the best image so far; absent where it ran to its end. */
  readonly stopped?: string;
}

const CONTROL_STREAM = 1;

/** See the head of this file. */
export class Attack {
  readonly #options: AttackOptions;
  readonly #build: (signal?: AbortSignal) => Promise<Built>;
  #pending: Promise<Built> | undefined;

  /** @param build makes the objective, when it is first needed */
  constructor(options: AttackOptions, build: (signal?: AbortSignal) => Promise<Built>) {
    this.#options = options;
    this.#build = build;
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
    const loop = pgd(image, objective(), constraint, recipe, {
      seed,
      ...(mask && { mask }),
      ...(signal && { signal }),
    });
    let step = await loop.next();
    for (; !step.done; step = await loop.next()) onProgress?.(step.value);
    const { delta, ...rest } = step.value;
    return { pixels: this.#rounded(image, delta, photo), ...rest };
  }

  /**
   * Bytes that the gradient programs are expected to take together, beside the processes themselves.
   * @throws PhotoGuardError `memory` where the budget is too small
   */
  async plannedBytes(signal?: AbortSignal): Promise<number> {
    return (await this.#built(signal)).plannedBytes;
  }

  /** Loss of each model at a version of the photo. */
  async measure(photo: Pixels8, signal?: AbortSignal): Promise<readonly Part[]> {
    return (await this.#built(signal)).objective().measure(toImage01(photo), signal);
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
    const pending = this.#pending;
    this.#pending = undefined;
    await (await pending)?.objective().release();
  }

  #built(signal?: AbortSignal): Promise<Built> {
    this.#pending ??= this.#build(signal).catch((error: unknown) => {
      this.#pending = undefined;
      throw error;
    });
    return this.#pending;
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
