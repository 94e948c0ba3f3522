// An attack on photos of one size: what `photoguard immunize` does, without files. It immunizes a photo's pixels,
// measures any version of it (the original, the written file), and makes the control: random noise of the same norm and
// size. The objective determines what is attacked; one attack serves all photos of its size.
import { addNoise, rootMeanSquare } from '../displacement/index.ts';
import type { Image01, Mask, Pixels8, Size } from '../image/index.ts';
import { Random, STREAMS } from '../random.ts';
import { View, Views } from '../view/index.ts';
import type { Constraint, Delta } from './constraint.ts';
import { type ExpectationOptions, expectation } from './expectation.ts';
import type { Objective, Part } from './objective.ts';
import type { Progress } from './pgd.ts';
import { pgd } from './pgd.ts';
import type { Recipe } from './recipes.ts';
import { ballNoise, roundedIn } from './rounded.ts';
import { sizeThrough } from './size-through.ts';
import { viewed } from './viewed.ts';

/** Options that all attacks share. */
export interface AttackOptions {
  readonly constraint: Constraint;
  readonly recipe: Recipe;
  /** White: the editor repaints it, so it is not changed. The photo's size. */
  readonly mask?: Mask;
  /** Seed of a random start, of random targets and of the control. Default 0. */
  readonly seed?: number;
  /** Makes the first change. Default: the recipe's start. */
  readonly first?: (photo: Pixels8, signal?: AbortSignal) => Promise<Delta>;
  /** Transforms that the change must survive. Default: none. */
  readonly through?: Omit<ExpectationOptions, 'seed'>;
}

/** What is optimised, for photos of one size. */
export interface Built {
  /** The objective of one run on one photo; all runs share the loaded programs. */
  readonly objective: () => Objective;
  /** Size at which the objective sees the photo; if there are several, it takes the output of `Views`. */
  readonly sizes: readonly Size[];
  /** Whether pixels that the mask hides are shown as grey; an editor that knows the mask does that itself. */
  readonly grey: boolean;
  /** Bytes that the gradient programs are expected to take together, beside the processes themselves. */
  readonly plannedBytes: number;
  /** Whether there is no model to measure with: then nothing is made ready for it. Default: there is. */
  readonly isUnmeasured?: boolean;
}

/** An immunized photo, rounded to 8 bits within the bound. */
export interface Immunized {
  readonly pixels: Pixels8;
  readonly gradients: number;
  readonly seconds: number;
  /** Why the loop ended early, with the best image so far; absent if it was completed. */
  readonly stopped?: string;
}

/** See the head of this file. */
export class Attack {
  readonly #options: AttackOptions;
  readonly #build: (signal?: AbortSignal) => Promise<Built>;
  #pending: Promise<Built> | undefined;
  #measuring: { readonly objective: Objective; readonly seen: WeakMap<Pixels8, Image01> } | undefined;

  /** @param build makes the objective when it is first needed */
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
    const { constraint, recipe, first, seed = 0 } = this.#options;
    const began = performance.now();
    const start = await first?.(photo, signal);
    const built = await this.#built(signal);
    const { view, objective } = this.#seen(photo, built);
    const loop = pgd(photo, objective, constraint, recipe, { seed, view, signal, start });
    let step = await loop.next();
    for (; !step.done; step = await loop.next()) onProgress?.(step.value);
    const { delta, ...rest } = step.value;
    const pixels = roundedIn(constraint, photo, delta);
    return { pixels, ...rest, ...(first && { seconds: (performance.now() - began) / 1000 }) };
  }

  /**
   * Bytes that the gradient programs are expected to take together, beside the processes themselves.
   * @throws PhotoGuardError `memory` if the budget is too small
   */
  async plannedBytes(signal?: AbortSignal): Promise<number> {
    return (await this.#built(signal)).plannedBytes;
  }

  /**
   * Loss of each model at a version of the photo; none where nothing measures.
   * @param clean the photo as it was, for objectives that compare with it. Default: the version itself
   */
  async measure(photo: Pixels8, signal?: AbortSignal, clean = photo): Promise<readonly Part[]> {
    const built = await this.#built(signal);
    if (built.isUnmeasured) return [];
    const view = this.#view(photo, built);
    this.#measuring ??= { objective: built.objective(), seen: new WeakMap() };
    const { objective, seen } = this.#measuring;
    // The clean photo is often measured with: what is known of its view is kept.
    const see = (pixels: Pixels8): Image01 => {
      const known = seen.get(pixels) ?? view.exact(pixels);
      if (pixels === clean) seen.set(pixels, known);
      return known;
    };
    return objective.measure(see(photo), signal, objective.relative ? see(clean) : undefined);
  }

  /**
   * The control: the photo with uniform noise (L-inf) or Gaussian noise (L2) that fills the same ball.
   * @param like an immunized version: uniform noise of the same root-mean-square size instead
   */
  control(photo: Pixels8, like?: Pixels8): Pixels8 {
    const { constraint, seed = 0, mask } = this.#options;
    const random = new Random(seed, STREAMS.control);
    if (!like) return ballNoise(photo, constraint, random, mask);
    const draw = random.uniform(photo.data.length, -1, 1);
    if (mask) for (let i = 0; i < draw.length; i++) if (mask.data[Math.floor(i / 3)]) draw[i] = 0;
    return addNoise(photo, rootMeanSquare(photo, like), draw);
  }

  /** Frees the models. */
  async release(): Promise<void> {
    const pending = this.#pending;
    this.#pending = undefined;
    this.#measuring = undefined;
    await (await pending)?.objective().release();
  }

  #built(signal?: AbortSignal): Promise<Built> {
    this.#pending ??= this.#build(signal).catch((error: unknown) => {
      this.#pending = undefined;
      throw error;
    });
    return this.#pending;
  }

  // Transforms are applied before an editor's view: then the loop works at the photo's own size. Those of a photo that is made
  // smaller first come after the view.
  #seen(photo: Pixels8, built: Built): { readonly view: View; readonly objective: Objective } {
    const { mask, through, seed = 0 } = this.#options;
    const view = this.#view(photo, built);
    if (!through) return { view, objective: built.objective() };
    if (sizeThrough(photo, built.sizes) !== photo)
      return { view, objective: expectation({ ...through, seed }, built.objective()) };
    return {
      view: new View({ photo, size: photo, mask }),
      objective: expectation({ ...through, seed }, viewed(view, built.objective())),
    };
  }

  #view(photo: Size, { sizes, grey }: Built): View {
    const { mask } = this.#options;
    const options = { photo, grey, mask };
    return sizes.length === 1 ? new View({ ...options, size: sizes[0]! }) : new Views({ ...options, sizes });
  }
}
