// What is asked of a schedule, whatever the scheduler.
import type { SchedulerConfig } from './config.ts';
import type { Schedule } from './step.ts';

/** Options of a schedule. */
export interface ScheduleOptions {
  /** Denoising steps of a whole run. */
  readonly steps: number;
  /** Share of the steps that is run, 0 to 1, as img2img does; default 1. */
  readonly strength?: number;
  /** DDIM's share of fresh noise, 0 (deterministic) to 1 (as much as DDPM); default 0. */
  readonly eta?: number;
}

/** A scheduler: from its configuration and what is asked to all steps. @throws PhotoGuardError `input` or `config` */
export type Scheduler = (config: SchedulerConfig, options: ScheduleOptions) => Schedule;
