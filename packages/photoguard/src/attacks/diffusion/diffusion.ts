// The diffusion attack as a descriptor.
import { PhotoGuardError } from '../../errors.ts';
import { DRAWS, PROMPT } from '../common-options.ts';
import { attackKind } from '../kind.ts';
import { number, type Values, whole } from '../options.ts';
import { attackOptions } from '../subject.ts';
import { findWholeRun } from '../tuning.ts';
import { diffusionAttack, type EditorVictim } from './diffusion-attack.ts';
import { planDiffusions } from './diffusion-plan.ts';
import { DIFFUSION_RECIPES, type DiffusionSettings } from './diffusion-recipes.ts';
import type { DiffusionTarget } from './diffusion-target.ts';

const options = {
  prompt: PROMPT,
  editSteps: whole("denoising steps of the edits; default: the recipe's", 1, 1000),
  last: whole('differentiate the UNet in the last k steps only', 1, 1000),
  draws: DRAWS,
  guidance: number("how much the prompt counts; default: the recipe's", 0, 1000, '<scale>'),
  eta: number("fresh noise in the edits' steps, 0 to 1; default: the recipe's", 0, 1, '<share>'),
  strength: number("the edits' strength; default: 0.7, with a mask 1", 0, 1, '<share>'),
};

const recipes = Object.fromEntries(
  Object.entries(DIFFUSION_RECIPES).map(([name, recipe]) => {
    const { draws, editSteps, guidance, eta, prompts: prompt } = recipe;
    return [name, { ...recipe, own: { draws, editSteps, guidance, eta, prompt } }] as const;
  }),
);

/** `diffusion`. */
export const diffusion = attackKind({
  name: 'diffusion',
  about: 'slow, against whole editors: changes what the whole edit makes of the photo',
  source: 'PhotoGuard, Salman et al. 2023, section 3.2',
  needs: 'editor',
  targets: ['away', 'grey', 'zero', 'noise', 'picture'],
  recipes,
  options,
  loss: { what: "edits' distance to the target", moved: 'edits move by' },
  resolve(own, { masked }) {
    const strength = own.strength ?? (masked ? 1 : 0.7);
    if (strength === 0)
      throw new PhotoGuardError(
        'usage',
        'with --strength 0 nothing is edited, and there is nothing to protect against',
      );
    return { ...own, strength };
  },
  plan(settled, models, context) {
    const { own, recipe } = settled;
    const victims = models.map(({ size, ...model }) => ({ ...(model as EditorVictim), size, modelSize: size }));
    const settings = settleEdit(own);
    const plans = planDiffusions({ victims, edit: settings.edit, ...context });
    // A picture of zeros in [-1, 1] is mid grey.
    const target = (settled.target === 'zero' ? 'grey' : settled.target) as DiffusionTarget;
    return {
      bytes: plans.reduce((sum, { bytes }) => sum + bytes, 0),
      prepare: (subject, runtime) =>
        diffusionAttack({
          ...attackOptions(settled, subject, runtime),
          // At the clean photo itself, edits that are to be left have no gradient.
          recipe: target === 'away' ? { ...recipe, start: 'random' } : recipe,
          ...{ victims, settings, target, plans },
          photo: subject.photo,
          modelSize: models[0]!.size,
          prompts: own.prompt!,
          ...(own.last !== undefined && { last: own.last }),
        }),
    };
  },
  // A step that is differentiated costs about five that are only run.
  work({ own: { draws, editSteps, last } }) {
    return draws! * (4 + editSteps! + 4 * Math.min(last ?? editSteps!, editSteps!));
  },
  details({ own }) {
    const { editSteps, last, guidance, eta, strength, prompt, draws } = own;
    const mode = last === undefined || last >= editSteps! ? 'full' : `last ${last}`;
    return { steps: editSteps, mode, guidance, eta, strength, prompts: prompt, draws };
  },
});

function settleEdit({ draws, strength, editSteps, guidance, eta }: Values<typeof options>): DiffusionSettings {
  const steps = findWholeRun(editSteps!, strength!);
  return { draws: draws!, edit: { strength: strength!, steps, guidance: guidance!, eta: eta! } };
}
