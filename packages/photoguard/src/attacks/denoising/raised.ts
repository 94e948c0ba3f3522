// What a denoising attack raises.
import type { Score } from './score-graph.ts';

/** What is raised. */
export interface Raised {
  /** Which output of the UNet is scored. */
  readonly score: Score;
  /** Weight of the score; default 1. */
  readonly rate?: number;
  /**
   * The way back from a noisy latent: `score` differentiates the UNet, `direction` passes on the predicted noise minus
   * the noise added as a constant (score distillation); `up` raises along it, `down` lowers. Default: score.
   */
  readonly way?: 'score' | 'up' | 'down';
  /** Whether a direction weighs 1 - alphas_cumprod[t], as in score distillation. Default: all timesteps alike. */
  readonly weighted?: boolean;
  /**
   * Whether the noisy latent is pure noise, so that the photo is seen only through the masked latent. Default: false.
   */
  readonly fromNoise?: boolean;
  /** A latent, scaled as in pipelines, whose squared distance is lowered too. Default: none. */
  readonly target?: Float32Array;
}
