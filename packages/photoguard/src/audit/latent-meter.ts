// Where pictures are in a model's latent space, measured with the encoder attack's own objective, which returns
// posterior means.
import { EncoderObjective, l2Norm, type Target, targetLatent, type Victim } from '../attacks/index.ts';
import type { Mask, Pixels8, Size } from '../image/index.ts';
import type { Runtime } from '../runtime/index.ts';
import { View } from '../view/index.ts';

/** Options of a meter. */
export interface LatentMeterOptions {
  readonly victim: Victim;
  readonly size: Size;
  readonly runtime: Runtime;
  readonly target: Exclude<Target, object>;
  /** Seed of a target of noise. */
  readonly seed: number;
  /** White: an inpainting editor repaints it and does not see it. The photo's size. */
  readonly mask?: Mask;
}

/** One model at one size. Posterior means are [1, latentChannels, height / factor, width / factor]. */
export class LatentMeter {
  readonly #options: LatentMeterOptions;
  readonly #objective: EncoderObjective;
  #target: Promise<Float32Array | undefined> | undefined;

  constructor(options: LatentMeterOptions) {
    this.#options = options;
    const { victim, size, runtime } = options;
    this.#objective = new EncoderObjective({ victim, size, runtime });
  }

  /** The posterior mean of a picture as an editor sees it: resized, with grey where it repaints. */
  latent(pixels: Pixels8, signal?: AbortSignal): Promise<Float32Array> {
    const { mask, size } = this.#options;
    const view = new View({ photo: pixels, size, grey: true, mask });
    return this.#objective.latent(view.exact(pixels), signal);
  }

  /** Distance of a latent to the target's. */
  async toTarget(latent: Float32Array, signal?: AbortSignal): Promise<number> {
    const { target, size, seed } = this.#options;
    this.#target ??= targetLatent(target, this.#objective, size, seed, signal);
    const goal = await this.#target;
    return goal ? latentDistance(latent, goal) : l2Norm(latent);
  }

  /** Frees the model. */
  release(): Promise<void> {
    return this.#objective.release();
  }
}

/** L2 norm of the difference of two latents. */
export const latentDistance = (a: Float32Array, b: Float32Array): number => l2Norm(a.map((x, i) => x - b[i]!));
