// Chooses the number of workers, their threads, and whether programs stay loaded, so that everything fits the memory.
import { availableParallelism } from 'node:os';
import { meterBytes } from '../displacement/index.ts';
import { planEdit, promptGainBytes } from '../editing/index.ts';
import { PhotoGuardError } from '../errors.ts';
import { planClip, planEncoderFeatures } from '../features/index.ts';
import type { Pipeline } from '../models/index.ts';
import { parsePurifiers } from '../purifiers/index.ts';
import { PROCESS_BYTES } from '../runtime/index.ts';
import { findKind, settledArm } from './arms.ts';
import type { LoadedClip } from './load-clip.ts';
import type { Plan } from './plan.ts';

/** How the work is distributed. */
export interface Resources {
  readonly workers: number;
  readonly threads: number;
  /** Bytes that an attack's programs may take. Absent: no limit, and programs stay loaded. */
  readonly memory?: number;
}

/** Requested resources. */
export interface ResourceOptions {
  readonly workers?: number;
  /** Total bytes. Default: four fifths of the free memory. */
  readonly memory?: number;
}

/**
 * As many workers as requested, or by default as there are cores, if they fit the memory; at least one, which then
 * loads one program at a time.
 * @throws PhotoGuardError `memory` if several workers do not fit the requested memory, or if not even one program at a
 *   time fits
 */
export function resourcesFor(
  plan: Plan,
  pipeline: Pipeline,
  clip: LoadedClip | undefined,
  options: ResourceOptions,
): Resources {
  const cores = availableParallelism();
  const budget = options.memory ?? 0.8 * process.availableMemory();
  const each = workerBytes(plan, pipeline, clip);
  const fitting = Math.floor((budget - PROCESS_BYTES) / each);
  const photos = plan.photos.length;
  const asked = options.workers ?? cores;
  if (options.workers !== undefined && options.memory !== undefined && asked > Math.max(1, fitting))
    throw new PhotoGuardError('memory', `${asked} workers need ${megabytes(asked * each + PROCESS_BYTES)}`, {
      got: megabytes(budget),
      hint: `give more --memory, or --workers ${Math.max(1, fitting)}`,
    });
  if (fitting >= 1) {
    const workers = Math.max(1, Math.min(asked, fitting, photos));
    return { workers, threads: Math.max(1, Math.floor(cores / workers)) };
  }
  const processes = 2 + plan.arms.filter((arm) => findKind(arm)).length;
  const memory = Math.max(0, budget - processes * PROCESS_BYTES);
  const least = Math.max(...planBytes(plan, pipeline, clip, true));
  if (least > memory)
    throw new PhotoGuardError(
      'memory',
      `edits by ${plan.model.ref} need ${megabytes(least + processes * PROCESS_BYTES)}`,
      {
        got: megabytes(budget),
        hint: 'give more --memory, or close other programs',
      },
    );
  return { workers: 1, threads: cores, memory };
}

// Bytes of the editor and of each network that scores edits, separately.
function planBytes(plan: Plan, pipeline: Pipeline, clip: LoadedClip | undefined, oneAtATime: boolean): number[] {
  const size = { width: plan.side, height: plan.side };
  const { ref } = plan.model;
  const towers = clip ? Object.values(planClip(clip.clip)).map(({ bytes }) => bytes) : [];
  return [
    planEdit(pipeline, size).bytes(plan.edit.guidance > 1, { oneAtATime }),
    promptGainBytes(pipeline, size, oneAtATime),
    planEncoderFeatures(ref, pipeline.autoencoder, size).bytes,
    meterBytes([pipeline.autoencoder], size),
    ...towers,
  ];
}

/** Bytes that a worker is expected to take with all its programs loaded. */
export function workerBytes(plan: Plan, pipeline: Pipeline, clip?: LoadedClip): number {
  const size = { width: plan.side, height: plan.side };
  const { ref } = plan.model;
  const [editor, ...judges] = planBytes(plan, pipeline, clip, false) as [number, ...number[]];
  // Purifiers with a model have programs of about an editor's size.
  const purifiers = parsePurifiers(plan.purifiers.join('; ')).filter(({ needs }) => needs !== 'nothing');
  const programs = judges.reduce((a, b) => a + b, editor * (1 + purifiers.length));
  const arms = plan.arms.map((arm) => {
    const [kind, settled] = [findKind(arm), settledArm(arm, { strength: plan.edit.strength })];
    if (!kind || !settled) return 0;
    const model = { ref, autoencoder: pipeline.autoencoder, pipeline, size };
    return PROCESS_BYTES + kind.plan(settled, [model], {}).bytes;
  });
  return arms.reduce((a, b) => a + b, 2 * PROCESS_BYTES + programs);
}

const megabytes = (bytes: number): string => `${Math.ceil(bytes / 1e6)} MB`;
