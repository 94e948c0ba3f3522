// The schedulers room: configurations to schedules, whose steps are small matrices.
import * as z from 'zod/mini';
import { PhotoGuardError } from '../errors.ts';
import { object, quoted, validate } from '../validate/index.ts';
import { isSchedulerClass, type SchedulerClass } from './classes.ts';
import type { SchedulerConfig } from './config.ts';
import { parseSchedulerConfig, SCHEDULER_CONFIG } from './config.ts';
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
export { alphasCumprod, makeBetas } from './noise-table.ts';
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
 * A scheduler from a pipeline's scheduler_config.json; `className` selects another class with the same configuration:
 * keys that the file lacks have the defaults of that class.
 * @throws PhotoGuardError `config` for a class or a value that is not supported
 */
export function schedulerFromConfig(
  json: unknown,
  className?: string,
): { readonly config: SchedulerConfig; schedule(options: ScheduleOptions): Schedule } {
  const { _class_name: own } = validate(NAMED, json, SCHEDULER_CONFIG);
  const name = className ?? (typeof own === 'string' ? own : quoted(own));
  if (!isSchedulerClass(name))
    throw new PhotoGuardError('config', 'the scheduler is not known', {
      got: name.slice(0, 80),
      hint: `known: ${Object.keys(BY_CLASS).join(', ')}`,
    });
  const config = parseSchedulerConfig(own === name ? json : withoutWarmUp(json), name);
  return { config, schedule: (options) => checkedSchedule(BY_CLASS[name], config, options) };
}

const NAMED = object({ _class_name: z.optional(z.unknown()) });

// PNDM's own default is a Runge-Kutta warm-up, which is not supported; selecting PNDM for another scheduler's
// configuration means PNDM without it, as in Stable Diffusion.
const withoutWarmUp = (json: unknown): unknown => ({ skip_prk_steps: true, ...(json as object) });
