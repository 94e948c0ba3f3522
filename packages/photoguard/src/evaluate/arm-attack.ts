// The attack of an arm on one photo, made through its descriptor, as in `photoguard immunize`.
import { ATTACKS, type Attack, settle } from '../attacks/index.ts';
import type { Pipeline } from '../models/index.ts';
import type { Runtime } from '../runtime/index.ts';
import { type Arm, findKind, settledArm } from './arms.ts';
import type { Plan } from './plan.ts';
import type { PreparedPhoto } from './prepare-photo.ts';

/** Options of an arm's attack. */
export interface ArmSubject {
  readonly plan: Plan;
  readonly arm: Arm;
  readonly eps255: number;
  readonly photo: PreparedPhoto;
  readonly pipeline: Pipeline;
  readonly runtime: Runtime;
  readonly seed: number;
  /** Bytes that the attack's programs may take. Default: no limit. */
  readonly memory?: number;
}

/**
 * The attack of an arm. For the noise arm only its control is used, which is the same for every attack with that seed,
 * norm and eps.
 */
export function armAttack({ plan, arm, eps255, photo, pipeline, runtime, seed, memory }: ArmSubject): Attack {
  const { norm, model, edit, attackPrompts } = plan;
  const bound = { norm, eps: eps255 / 255 };
  const shared = { ...bound, strength: edit.strength, prompt: attackPrompts };
  const settled = settledArm(arm, shared, photo.mask !== undefined) ?? settle(ATTACKS.encoder!, bound);
  const { width, height } = photo.pixels;
  const attacked = { ref: model.ref, autoencoder: pipeline.autoencoder, pipeline, size: { width, height } };
  const planned = (findKind(arm) ?? ATTACKS.encoder!).plan(settled, [attacked], memory === undefined ? {} : { memory });
  return planned.prepare({ photo: photo.pixels, seed, mask: photo.mask }, runtime);
}
