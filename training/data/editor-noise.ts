// How the editor's latents are noised: the scheduler that it is trained for and sampled with, and the timesteps that
// training draws.
import { alphasCumprod, schedulerFromConfig } from 'photoguard/schedulers';

/** The editor's scheduler_config.json. On the cosine schedule its last timestep is pure noise. */
export const EDITOR_SCHEDULER = Object.freeze({
  _class_name: 'DDIMScheduler',
  num_train_timesteps: 1000,
  beta_start: 0.0001,
  beta_end: 0.02,
  beta_schedule: 'squaredcos_cap_v2',
  trained_betas: null,
  prediction_type: 'v_prediction',
  timestep_spacing: 'trailing',
  steps_offset: 1,
  set_alpha_to_one: true,
  rescale_betas_zero_snr: false,
  clip_sample: false,
  clip_sample_range: 1,
  thresholding: false,
  dynamic_thresholding_ratio: 0.995,
  sample_max_value: 1,
});

/** Timesteps of the validation: 31, 93 ... 961. */
export const VALIDATION_TIMESTEPS: readonly number[] = Array.from({ length: 16 }, (_, k) => 31 + 62 * k);

/** The signal-to-noise ratio that caps the weight of a timestep (min-SNR, Hang et al. 2023, with a floor). */
const SNR_LIMIT = 6;

/** Values for noising and drawing, one per timestep. A noisy latent is alpha z + sigma eps. */
export interface NoiseLevels {
  readonly alpha: Float32Array;
  readonly sigma: Float32Array;
  /**
   * Cumulative share of the timesteps in training. Their density is min(1, 6 / (1 + SNR)): a loss on v then weighs the
   * error of the clean latent by min(1 + SNR, 6).
   */
  readonly share: Float64Array;
}

/** The levels of {@link EDITOR_SCHEDULER}. */
export function noiseLevels(): NoiseLevels {
  const kept = alphasCumprod(schedulerFromConfig(EDITOR_SCHEDULER).config);
  const share = Float64Array.from(kept, (a) => Math.min(1, SNR_LIMIT * (1 - a))); // 1 / (1 + SNR) = 1 - a
  const sum = share.reduce((total, density) => total + density, 0);
  let before = 0;
  for (let t = 0; t < share.length; t++) share[t] = before += share[t]! / sum;
  return { alpha: kept.map(Math.sqrt), sigma: kept.map((a) => Math.sqrt(1 - a)), share };
}
