// The schedulers room: configurations to schedules, whose steps are small matrices.
import { PhotoGuardError } from '../errors.ts';
import type { SchedulerConfig } from './config.ts';
import { parseSchedulerConfig } from './config.ts';
import { ddim } from './ddim.ts';
import { ddpm } from './ddpm.ts';
import { dpmSolver } from './dpm-solver.ts';
import { euler, eulerAncestral } from './euler.ts';
import { lcm } from './lcm.ts';
import type { ScheduleOptions, Scheduler } from './options.ts';
import { pndm } from './pndm.ts';
import type { Schedule } from './step.ts';
import { uniPC } from './unipc.ts';

export type { PredictionType, SchedulerConfig, Spacing } from './config.ts';
export { parseSchedulerConfig } from './config.ts';
export { alphasCumprod, betasOf } from './noise-table.ts';
export type { ScheduleOptions, Scheduler } from './options.ts';
export type { Row, Schedule, SchedulerStep } from './step.ts';
export { applyStep, predictedOriginal, pullBackStep } from './step.ts';

/** Schedulers by the name of diffusers' class. */
const BY_CLASS: Readonly<Record<string, Scheduler>> = Object.freeze({
  DDIMScheduler: ddim,
  DDPMScheduler: ddpm,
  DPMSolverMultistepScheduler: dpmSolver,
  EulerAncestralDiscreteScheduler: eulerAncestral,
  EulerDiscreteScheduler: euler,
  LCMScheduler: lcm,
  PNDMScheduler: pndm,
  UniPCMultistepScheduler: uniPC,
});

/** Short names of schedulers, and diffusers' classes for them. */
export const SCHEDULERS: Readonly<Record<string, string>> = Object.freeze({
  ddim: 'DDIMScheduler',
  ddpm: 'DDPMScheduler',
  'dpm-solver': 'DPMSolverMultistepScheduler',
  euler: 'EulerDiscreteScheduler',
  'euler-ancestral': 'EulerAncestralDiscreteScheduler',
  lcm: 'LCMScheduler',
  pndm: 'PNDMScheduler',
  unipc: 'UniPCMultistepScheduler',
});

/**
 * A scheduler from a pipeline's scheduler_config.json; `className` takes another one with the same configuration.
 * @throws PhotoGuardError `config` for a class or a value that is not built
 */
export function schedulerFromConfig(
  json: unknown,
  className = String((json as { _class_name?: unknown } | null)?._class_name),
): { readonly config: SchedulerConfig; schedule(options: ScheduleOptions): Schedule } {
  const scheduler = Object.hasOwn(BY_CLASS, className) ? BY_CLASS[className] : undefined;
  if (!scheduler)
    throw new PhotoGuardError('config', 'the scheduler is not known', {
      got: className,
      hint: `known: ${Object.keys(BY_CLASS).join(', ')}`,
    });
  const config = parseSchedulerConfig(json);
  return { config, schedule: (options) => scheduler(config, options) };
}
