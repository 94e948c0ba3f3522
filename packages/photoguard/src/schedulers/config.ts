// scheduler_config.json of diffusers, checked. Keys have their meaning and default in the class that is run; keys of
// other classes are ignored, as in diffusers. An unsupported value is an error.
import * as z from 'zod/mini';
import { number, object, validate } from '../validate/index.ts';
import { classSchema, type SchedulerClass } from './classes.ts';

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
  readonly spacing: Spacing;
  readonly stepsOffset: number;
  readonly rescaleBetasZeroSnr: boolean;
  readonly setAlphaToOne: boolean;
  /** Absent: not clipped. */
  readonly clipRange?: number;
  readonly useKarrasSigmas: boolean;
  readonly solverOrder: number;
  readonly algorithmType: 'dpmsolver++' | 'sde-dpmsolver++';
  readonly lowerOrderFinal: boolean;
  readonly originalInferenceSteps: number;
  readonly timestepScaling: number;
}

/** The file, for messages. */
export const SCHEDULER_CONFIG = { label: 'scheduler_config.json', code: 'config' } as const;
// Used only if something is clipped; otherwise diffusers ignores it.
const CLIP_RANGE = object({ clip_sample_range: z._default(number(0, 1e6), 1) });

/**
 * The configuration of a class of diffusers. @throws PhotoGuardError `config` for a value that is invalid or not
 * supported
 */
export function parseSchedulerConfig(json: unknown, className: SchedulerClass): SchedulerConfig {
  const read = validate(classSchema(className), json, SCHEDULER_CONFIG);
  return {
    trainTimesteps: read.num_train_timesteps,
    betaStart: read.beta_start,
    betaEnd: read.beta_end,
    betaSchedule: read.beta_schedule,
    predictionType: read.prediction_type,
    spacing: read.timestep_spacing,
    stepsOffset: read.steps_offset,
    rescaleBetasZeroSnr: read.rescale_betas_zero_snr ?? false,
    setAlphaToOne: read.set_alpha_to_one ?? false,
    ...(read.clip_sample && { clipRange: validate(CLIP_RANGE, json, SCHEDULER_CONFIG).clip_sample_range }),
    useKarrasSigmas: read.use_karras_sigmas ?? false,
    solverOrder: read.solver_order ?? 1,
    algorithmType: read.algorithm_type ?? 'dpmsolver++',
    lowerOrderFinal: read.lower_order_final ?? false,
    originalInferenceSteps: read.original_inference_steps ?? 1,
    timestepScaling: read.timestep_scaling ?? 1,
  };
}
