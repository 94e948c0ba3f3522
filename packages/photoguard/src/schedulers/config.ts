// scheduler_config.json of diffusers, checked. Keys keep their meaning there; a value that is not built is an error.
import { PhotoGuardError } from '../errors.ts';

/** What a model predicts. */
export type PredictionType = 'epsilon' | 'v_prediction' | 'sample';
/** How timesteps are spread. */
export type Spacing = 'leading' | 'trailing' | 'linspace';

/** A scheduler's configuration. */
export interface SchedulerConfig {
  readonly trainTimesteps: number;
  readonly betaStart: number;
  readonly betaEnd: number;
  readonly betaSchedule: 'linear' | 'scaled_linear' | 'squaredcos_cap_v2';
  readonly predictionType: PredictionType;
  /** Absent: the scheduler's own default. */
  readonly spacing?: Spacing;
  readonly stepsOffset: number;
  readonly rescaleBetasZeroSnr: boolean;
  readonly setAlphaToOne: boolean;
  /** Absent: not clipped. */
  readonly clipRange?: number;
  readonly useKarrasSigmas: boolean;
  readonly solverOrder: number;
  readonly algorithmType: 'dpmsolver++' | 'sde-dpmsolver++';
  readonly lowerOrderFinal: boolean;
  readonly eulerAtFinal: boolean;
  readonly originalInferenceSteps: number;
  readonly timestepScaling: number;
}

/** Keys that would change the numbers, with the only value that is built. */
const FIXED: Readonly<Record<string, unknown>> = {
  thresholding: false,
  trained_betas: null,
  use_exponential_sigmas: false,
  use_beta_sigmas: false,
  use_flow_sigmas: false,
  use_lu_lambdas: false,
  interpolation_type: 'linear',
  timestep_type: 'discrete',
  variance_type: null,
  solver_type: 'midpoint',
  final_sigmas_type: 'zero',
  skip_prk_steps: true,
  predict_x0: true,
  solver_p: null,
};

/** A scheduler's configuration. @throws PhotoGuardError `config` for a value that cannot be, or is not built */
export function parseSchedulerConfig(json: unknown): SchedulerConfig {
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    throw bad('the configuration', 'an object', json);
  const raw = json as Readonly<Record<string, unknown>>;
  for (const [key, value] of Object.entries(FIXED)) {
    const fine =
      raw[key] === undefined || raw[key] === value || (key === 'variance_type' && raw[key] === 'fixed_small');
    if (!fine && !(key === 'solver_type' && raw[key] === 'bh2')) throw bad(key, JSON.stringify(value), raw[key]);
  }
  const number = (key: string, fallback: number, least: number, most: number, whole = false): number => {
    const value = raw[key] ?? fallback;
    if (typeof value !== 'number' || !(value >= least && value <= most) || (whole && !Number.isInteger(value)))
      throw bad(key, `a ${whole ? 'whole ' : ''}number from ${least} to ${most}`, value);
    return value;
  };
  const one = <T extends string>(key: string, fallback: T, allowed: readonly T[]): T => {
    const value = raw[key] ?? fallback;
    const found = allowed.find((candidate) => candidate === value);
    if (found === undefined) throw bad(key, allowed.join(' or '), value);
    return found;
  };
  const spacings = ['leading', 'trailing', 'linspace'] as const;
  return {
    trainTimesteps: number('num_train_timesteps', 1000, 1, 100_000, true),
    betaStart: number('beta_start', 0.0001, 0, 1),
    betaEnd: number('beta_end', 0.02, 0, 1),
    betaSchedule: one('beta_schedule', 'linear', ['linear', 'scaled_linear', 'squaredcos_cap_v2']),
    predictionType: one('prediction_type', 'epsilon', ['epsilon', 'v_prediction', 'sample']),
    ...(raw.timestep_spacing !== undefined && { spacing: one('timestep_spacing', 'leading', spacings) }),
    stepsOffset: number('steps_offset', 0, 0, 1000, true),
    rescaleBetasZeroSnr: raw.rescale_betas_zero_snr === true,
    setAlphaToOne: raw.set_alpha_to_one !== false,
    ...(raw.clip_sample === true && { clipRange: number('clip_sample_range', 1, 0, 1e6) }),
    useKarrasSigmas: raw.use_karras_sigmas === true,
    solverOrder: number('solver_order', 2, 1, 3, true),
    algorithmType: one('algorithm_type', 'dpmsolver++', ['dpmsolver++', 'sde-dpmsolver++']),
    lowerOrderFinal: raw.lower_order_final !== false,
    eulerAtFinal: raw.euler_at_final === true,
    originalInferenceSteps: number('original_inference_steps', 50, 1, 100_000, true),
    timestepScaling: number('timestep_scaling', 10, 0, 1e6),
  };
}

const bad = (key: string, expected: string, got: unknown): PhotoGuardError =>
  new PhotoGuardError('config', `scheduler_config.json: ${key} must be ${expected}`, {
    got: JSON.stringify(got) ?? 'none',
  });
