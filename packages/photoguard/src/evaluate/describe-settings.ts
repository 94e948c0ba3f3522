// The settings of an evaluation in words, so that nobody has to look up a default to repeat it.
import { dashed } from '../attacks/index.ts';
import { type Arm, settledArm } from './arms.ts';
import type { Plan } from './plan.ts';
import type { Summary } from './summary.ts';

/** Settings by name. */
export function describeSettings({
  plan,
  photos,
  leftOut,
}: Pick<Summary, 'plan' | 'photos' | 'leftOut'>): Record<string, string> {
  const { model, side, edit, masks, seeds, seed, norm, eps255, purifiers, device, attackPrompts } = plan;
  return {
    photos: `${photos}, ${leftOut.length > 0 ? `${leftOut.length} left out; ` : ''}the largest square in the middle of each, ${side}x${side}`,
    editor: model.ref,
    edits: `${edit.steps} steps, strength ${edit.strength}, guidance ${edit.guidance}${edit.imageGuidance === undefined ? '' : `, image guidance ${edit.imageGuidance}`}, eta ${edit.eta}; seeds ${seeds.join(', ')}; prompts: the captions`,
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
  const settled = settledArm(arm, { strength: edit.strength });
  if (!settled) return 'uniform noise in the same ball (Gaussian for l2), on what is kept';
  const { recipe, target, own, through } = settled;
  const values = Object.entries(own).filter(([key, value]) => value !== undefined && key !== 'prompt');
  return [
    `recipe ${recipe.name}`,
    ...(target === 'none' ? [] : [`target ${String(target)}`]),
    `${recipe.steps} gradients`,
    ...values.map(([key, value]) => `${dashed(key).replaceAll('-', ' ')} ${String(value)}`),
    ...(through ? [`through ${through.draws.spec}, ${through.count} a gradient, ${through.combine}`] : []),
  ].join(', ');
}
