// The attack of an arm on one photo, made as `photoguard immunize` makes it: the same recipes, tuned in the same place.
import {
  type Attack,
  DIFFUSION_RECIPES,
  type DiffusionRecipeName,
  type DiffusionTarget,
  diffusionAttack,
  encoderAttack,
  RECIPES,
  type Target,
  tunedDiffusion,
  tunedRecipe,
} from '../attacks/index.ts';
import type { Pipeline } from '../models/index.ts';
import type { Runtime } from '../runtime/index.ts';
import type { Arm } from './arms.ts';
import type { Plan } from './plan.ts';
import type { PreparedPhoto } from './prepare-photo.ts';

/** What an attack of an arm is made of. */
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
 * The attack of an arm. Of the noise arm only the control is used: it is the same one that an attack of that seed, norm
 * and eps has.
 */
export function armAttack({ plan, arm, eps255, photo, pipeline, runtime, seed, memory }: ArmSubject): Attack {
  const { norm, model, edit } = plan;
  const { width, height } = photo.pixels;
  const common = {
    runtime,
    seed,
    modelSize: { width, height },
    ...(photo.mask && { mask: photo.mask }),
    ...(memory !== undefined && { memory }),
  };
  const tuning = { norm, eps: eps255 / 255, steps: arm.steps };
  if (arm.kind !== 'diffusion')
    return encoderAttack({
      ...common,
      ...tunedRecipe(RECIPES[arm.recipe], tuning),
      victims: [{ ref: model.ref, autoencoder: pipeline.autoencoder }],
      target: (arm.target ?? 'grey') as Target,
    });
  const named = DIFFUSION_RECIPES[arm.recipe as DiffusionRecipeName];
  const { editSteps, draws, guidance, target, last } = arm;
  const { strength } = edit;
  return diffusionAttack({
    ...common,
    ...tunedDiffusion<DiffusionTarget>(named, {
      ...tuning,
      editSteps,
      draws,
      guidance,
      strength,
      target: target as DiffusionTarget | undefined,
    }),
    photo: photo.pixels,
    victims: [{ ref: model.ref, pipeline }],
    prompts: plan.attackPrompts ?? named.prompts,
    ...(last !== undefined && { last }),
  });
}
