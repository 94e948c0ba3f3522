// The settings of an evaluation in words: whoever repeats it should not have to look up a default.
import { DIFFUSION_RECIPES, type DiffusionRecipeName, RECIPES } from '../attacks/index.ts';
import type { Arm } from './arms.ts';
import type { Plan } from './plan.ts';
import type { Summary } from './summary.ts';

/** Settings by name. */
export function settingsOf({
  plan,
  photos,
  leftOut,
}: Pick<Summary, 'plan' | 'photos' | 'leftOut'>): Record<string, string> {
  const { model, side, edit, masks, seeds, seed, norm, eps255, purifiers, device, attackPrompts } = plan;
  return {
    photos: `${photos}, ${leftOut.length > 0 ? `${leftOut.length} left out; ` : ''}the largest square in the middle of each, ${side}x${side}`,
    editor: model.ref,
    edits: `${edit.steps} steps, strength ${edit.strength}, guidance ${edit.guidance}, eta ${edit.eta}; seeds ${seeds.join(', ')}; prompts: the captions`,
    masks,
    ...Object.fromEntries(plan.arms.map((arm) => [`arm ${arm.name}`, armInWords(arm, plan)])),
    eps: `${norm} ${eps255.map((eps) => `${eps}/255`).join(', ')}`,
    ...(attackPrompts && { 'prompts of the attack': attackPrompts.map((prompt) => `"${prompt}"`).join(', ') }),
    purifiers: purifiers.join('; '),
    intervals: `95%, bootstrap over photos, 2000 resamples, seed ${seed}`,
    device,
  };
}

function armInWords(arm: Arm, { edit }: Plan): string {
  if (arm.kind === 'clean') return 'the photo as it is';
  if (arm.kind === 'noise') return 'uniform noise in the same ball (Gaussian for l2), on what is kept';
  if (arm.kind === 'encoder')
    return `recipe ${arm.recipe}, target ${arm.target ?? 'grey'}, ${arm.steps ?? RECIPES[arm.recipe].steps} gradients`;
  const named = DIFFUSION_RECIPES[arm.recipe as DiffusionRecipeName];
  return [
    `recipe ${arm.recipe}`,
    `target ${arm.target ?? named.target}`,
    `${arm.steps ?? named.steps} gradients`,
    `edits of ${arm.editSteps ?? named.editSteps} steps${arm.last === undefined ? '' : `, the last ${arm.last} differentiated`}`,
    `${arm.draws ?? named.draws} a gradient`,
    `guidance ${arm.guidance ?? named.guidance}`,
    `strength ${edit.strength}`,
  ].join(', ');
}
