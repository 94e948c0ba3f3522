// scheduler_config.json of diffusers, checked. A key means what it means to the class that runs, and an absent one has
// that class's default; keys of other classes are passed over, as diffusers does. A value that is not built is an error.
import { PhotoGuardError } from '../errors.ts';
import { classRules, type SchedulerClass } from './classes.ts';

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

/** The configuration of a class of diffusers. @throws PhotoGuardError `config` for a value that cannot be, or is not built */
export function parseSchedulerConfig(json: unknown, className: SchedulerClass): SchedulerConfig {
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    throw bad('the configuration', 'an object', json);
  const { defaults, built } = classRules(className);
  const raw: Record<string, unknown> = { ...defaults };
  for (const key of Object.keys(raw)) {
    const value = (json as Readonly<Record<string, unknown>>)[key];
    if (value !== undefined) raw[key] = value;
  }
  for (const [key, allowed] of Object.entries(built)) {
    const value = (json as Readonly<Record<string, unknown>>)[key] ?? null;
    const isEmpty = Array.isArray(value) && value.length === 0;
    if (!allowed.includes(isEmpty ? null : value))
      throw bad(key, allowed.map((v) => JSON.stringify(v)).join(' or '), value);
  }
  const number = (key: string, least: number, most: number, whole = false): number => {
    const value = raw[key];
    if (typeof value !== 'number' || !(value >= least && value <= most) || (whole && !Number.isInteger(value)))
      throw bad(key, `a ${whole ? 'whole ' : ''}number from ${least} to ${most}`, value);
    return value;
  };
  const flag = (key: string): boolean => {
    const value = raw[key];
    if (typeof value !== 'boolean') throw bad(key, 'true or false', value);
    return value;
  };
  const one = <T extends string>(key: string, allowed: readonly T[]): T => {
    const found = allowed.find((candidate) => candidate === raw[key]);
    if (found === undefined) throw bad(key, allowed.join(' or '), raw[key]);
    return found;
  };
  const predictions = className === 'PNDMScheduler' ? PREDICTIONS.slice(0, 2) : PREDICTIONS;
  return {
    trainTimesteps: number('num_train_timesteps', 1, 100_000, true),
    betaStart: number('beta_start', 0, 1),
    betaEnd: number('beta_end', 0, 1),
    betaSchedule: one('beta_schedule', ['linear', 'scaled_linear', 'squaredcos_cap_v2']),
    predictionType: one('prediction_type', predictions),
    spacing: one('timestep_spacing', ['leading', 'trailing', 'linspace']),
    stepsOffset: number('steps_offset', 0, 1000, true),
    rescaleBetasZeroSnr: 'rescale_betas_zero_snr' in raw && flag('rescale_betas_zero_snr'),
    setAlphaToOne: 'set_alpha_to_one' in raw && flag('set_alpha_to_one'),
    ...('clip_sample' in raw && flag('clip_sample') && { clipRange: number('clip_sample_range', 0, 1e6) }),
    useKarrasSigmas: 'use_karras_sigmas' in raw && raw.use_karras_sigmas !== null && flag('use_karras_sigmas'),
    solverOrder:
      'solver_order' in raw ? number('solver_order', 1, className === 'UniPCMultistepScheduler' ? 2 : 3, true) : 1,
    algorithmType: 'algorithm_type' in raw ? one('algorithm_type', ['dpmsolver++', 'sde-dpmsolver++']) : 'dpmsolver++',
    lowerOrderFinal: 'lower_order_final' in raw && flag('lower_order_final'),
    originalInferenceSteps:
      'original_inference_steps' in raw ? number('original_inference_steps', 1, 100_000, true) : 1,
    timestepScaling: 'timestep_scaling' in raw ? number('timestep_scaling', 0, 1e6) : 1,
  };
}

const PREDICTIONS: readonly PredictionType[] = ['epsilon', 'v_prediction', 'sample'];

const bad = (key: string, expected: string, got: unknown): PhotoGuardError =>
  new PhotoGuardError('config', `scheduler_config.json: ${key} must be ${expected}`, {
    got: typeof got === 'number' ? String(got) : (JSON.stringify(got) ?? 'none'),
  });
