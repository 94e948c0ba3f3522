// Options of a schedule, for all schedulers.
import { PhotoGuardError } from '../errors.ts';
import type { SchedulerConfig } from './config.ts';
import type { Schedule } from './step.ts';

/** Options of a schedule. */
export interface ScheduleOptions {
  /** Denoising steps at strength 1. */
  readonly steps: number;
  /** Share of the steps that are run, 0 to 1, as in img2img; default 1. */
  readonly strength?: number;
  /** DDIM's share of fresh noise, 0 (deterministic) to 1 (as much as DDPM); default 0. */
  readonly eta?: number;
}

/** A scheduler: from its configuration and checked options to all steps. */
export type Scheduler = (config: SchedulerConfig, options: Required<ScheduleOptions>) => Schedule;

/**
 * The schedule of a scheduler, checked: the model was trained for every timestep, and every number is finite.
 * @throws PhotoGuardError `input` for invalid options, `config` if the configuration has no such schedule
 */
export function checkedSchedule(
  scheduler: Scheduler,
  config: SchedulerConfig,
  { steps, strength = 1, eta = 0 }: ScheduleOptions,
): Schedule {
  const total = config.trainTimesteps;
  if (!Number.isInteger(steps) || steps < 1 || steps > total)
    throw new PhotoGuardError('input', `the number of steps must be a whole number from 1 to ${total}`, {
      got: String(steps),
    });
  for (const [name, value] of Object.entries({ strength, eta }))
    if (!(value >= 0 && value <= 1))
      throw new PhotoGuardError('input', `${name} must be a number from 0 to 1`, { got: String(value) });
  const schedule = scheduler(config, { steps, strength, eta });
  const outside = schedule.timesteps.find((t) => !(t >= 0 && t <= total - 1));
  if (outside !== undefined)
    throw new PhotoGuardError('input', `${steps} steps lead to timestep ${outside}, outside 0 to ${total - 1}`, {
      hint: 'use fewer steps',
    });
  const bad = schedule.steps.find(({ matrix, original, clipped }) =>
    [...matrix, original, ...(clipped ? [clipped.row, clipped.weights] : [])].flat().some((v) => !Number.isFinite(v)),
  );
  if (bad)
    throw new PhotoGuardError('config', `the step at timestep ${bad.timestep} has no finite numbers`, {
      hint: config.rescaleBetasZeroSnr
        ? 'with rescale_betas_zero_snr a model that predicts epsilon cannot start at pure noise'
        : 'use fewer steps, or another scheduler',
    });
  return schedule;
}
