// The schedulers room: configurations to schedules, whose steps are small matrices.
import { PhotoGuardError } from '../errors.ts';
import { isSchedulerClass, type SchedulerClass } from './classes.ts';
import type { SchedulerConfig } from './config.ts';
import { parseSchedulerConfig } from './config.ts';
import { ddim } from './ddim.ts';
import { ddpm } from './ddpm.ts';
import { dpmSolver } from './dpm-solver.ts';
import { euler, eulerAncestral } from './euler.ts';
import { lcm } from './lcm.ts';
import { checkedSchedule, type ScheduleOptions, type Scheduler } from './options.ts';
import { pndm } from './pndm.ts';
import type { Schedule } from './step.ts';
import { uniPC } from './unipc.ts';

export type { SchedulerClass } from './classes.ts';
export type { PredictionType, SchedulerConfig, Spacing } from './config.ts';
export { parseSchedulerConfig } from './config.ts';
export { alphasCumprod, betasOf } from './noise-table.ts';
export type { ScheduleOptions, Scheduler } from './options.ts';
export type { Clipping, Row, Schedule, SchedulerStep } from './step.ts';
export { applyStep, predictedOriginal, pullBackStep } from './step.ts';

/** Schedulers by the name of diffusers' class. */
const BY_CLASS: Readonly<Record<SchedulerClass, Scheduler>> = Object.freeze({
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
export const SCHEDULERS: Readonly<Record<string, SchedulerClass>> = Object.freeze({
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
 * A scheduler from a pipeline's scheduler_config.json; `className` takes another one with the same configuration: keys
 * that the file lacks have the defaults of the class that runs.
 * @throws PhotoGuardError `config` for a class or a value that is not built
 */
export function schedulerFromConfig(
  json: unknown,
  className = String((json as { _class_name?: unknown } | null)?._class_name),
): { readonly config: SchedulerConfig; schedule(options: ScheduleOptions): Schedule } {
  if (!isSchedulerClass(className))
    throw new PhotoGuardError('config', 'the scheduler is not known', {
      got: className,
      hint: `known: ${Object.keys(BY_CLASS).join(', ')}`,
    });
  const own = (json as { _class_name?: unknown } | null)?._class_name;
  const config = parseSchedulerConfig(own === className ? json : withoutWarmUp(json), className);
  return { config, schedule: (options) => checkedSchedule(BY_CLASS[className], config, options) };
}

// PNDM's own default is a Runge-Kutta warm-up, which is not built; whoever takes PNDM for another scheduler's
// configuration means it as Stable Diffusion runs it, without.
const withoutWarmUp = (json: unknown): unknown =>
  typeof json === 'object' && json !== null && !Array.isArray(json) ? { skip_prk_steps: true, ...json } : json;
