// How many workers there are, with how many threads each, and whether programs stay loaded: what fits the memory.
import { availableParallelism } from 'node:os';
import { DIFFUSION_RECIPES, encoderGradientPlan, planDiffusion } from '../attacks/index.ts';
import { Editor } from '../editing/index.ts';
import { PhotoGuardError } from '../errors.ts';
import type { Pipeline } from '../models/index.ts';
import { PROCESS_BYTES, type Runtime } from '../runtime/index.ts';
import type { Plan } from './plan.ts';

/** How the work is spread. */
export interface Resources {
  readonly workers: number;
  readonly threads: number;
  /** Bytes that an attack's programs may take. Absent: no limit, and programs stay loaded. */
  readonly memory?: number;
}

/** What is asked for. */
export interface ResourceOptions {
  readonly workers?: number;
  /** Bytes in all. Default: four fifths of what is free. */
  readonly memory?: number;
}

/**
 * As many workers as asked for or, by default, as there are cores, if memory holds them; one at least, which then loads
 * one program at a time.
 * @throws PhotoGuardError `memory` for several workers that do not fit the memory asked for
 */
export function resourcesFor(plan: Plan, pipeline: Pipeline, options: ResourceOptions): Resources {
  const cores = availableParallelism();
  const budget = options.memory ?? 0.8 * process.availableMemory();
  const each = workerBytes(plan, pipeline);
  const fitting = Math.floor((budget - PROCESS_BYTES) / each);
  const photos = plan.photos.length;
  if (fitting >= 1) {
    const asked = options.workers ?? cores;
    if (options.workers !== undefined && options.memory !== undefined && options.workers > fitting)
      throw new PhotoGuardError(
        'memory',
        `${options.workers} workers need ${megabytes(options.workers * each + PROCESS_BYTES)}`,
        {
          got: megabytes(budget),
          hint: `give more --memory, or --workers ${fitting}`,
        },
      );
    const workers = Math.max(1, Math.min(asked, fitting, photos));
    return { workers, threads: Math.max(1, Math.floor(cores / workers)) };
  }
  const processes = 2 + plan.arms.filter(({ kind }) => kind === 'encoder' || kind === 'diffusion').length;
  return { workers: 1, threads: cores, memory: Math.max(0, budget - processes * PROCESS_BYTES) };
}

/** Bytes that a worker is expected to take with all its programs loaded. */
export function workerBytes(plan: Plan, pipeline: Pipeline): number {
  const size = { width: plan.side, height: plan.side };
  const { ref } = plan.model;
  // To plan takes no device.
  const runtime = undefined as unknown as Runtime;
  const editor = new Editor(pipeline, size, runtime).plannedBytes(plan.edit.guidance > 1);
  const arms = plan.arms.map((arm) => {
    if (arm.kind === 'encoder') return PROCESS_BYTES + encoderGradientPlan(pipeline.autoencoder, size).bytes;
    if (arm.kind !== 'diffusion') return 0;
    const named = DIFFUSION_RECIPES[arm.recipe as 'fast'];
    const edit = { guidance: arm.guidance ?? named.guidance };
    return PROCESS_BYTES + planDiffusion({ ref, pipeline, size, runtime, edit }).bytes;
  });
  return arms.reduce((a, b) => a + b, 2 * PROCESS_BYTES + 1.5 * editor);
}

const megabytes = (bytes: number): string => `${Math.ceil(bytes / 1e6)} MB`;
