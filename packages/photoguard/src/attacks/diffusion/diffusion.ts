// The diffusion attack as a descriptor.
import { findPhotoWay, settleStrength } from '../../editing/index.ts';
import { PhotoGuardError } from '../../errors.ts';
import type { Pipeline } from '../../models/index.ts';
import { attackKind } from '../attack-kind.ts';
import { DRAWS, PROMPT } from '../common-options.ts';
import type { Settled } from '../kind.ts';
import { number, whole } from '../options.ts';
import { attackOptions } from '../subject.ts';
import { findWholeRun } from '../tuning.ts';
import { diffusionAttack, type EditorVictim } from './diffusion-attack.ts';
import { planDiffusions } from './diffusion-plan.ts';
import { type AttackedEdit, DIFFUSION_RECIPES } from './diffusion-recipes.ts';
import type { DiffusionTarget } from './diffusion-target.ts';

const options = {
  prompt: PROMPT,
  editSteps: whole("denoising steps of the edits; default: the recipe's", 1, 1000),
  last: whole('differentiate the UNet in the last k steps only', 1, 1000),
  draws: DRAWS,
  guidance: number("guidance: how strongly the prompt is followed; default: the recipe's", 0, 1000, '<scale>'),
  eta: number("fresh noise in the edits' steps, 0 to 1; default: the recipe's", 0, 1, '<share>'),
  imageGuidance: number('InstructPix2Pix: how much of the photo is kept; default: 1.5', 0, 1000, '<scale>'),
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
  about: 'slow, against whole editors: changes the result of a whole edit',
  source: 'PhotoGuard, Salman et al. 2023, section 3.2',
  needs: 'editor',
  targets: ['away', 'grey', 'zero', 'noise', 'picture'],
  recipes,
  options,
  loss: { what: "edits' distance to the target", moved: 'edits move by' },
  resolve(own) {
    if (own.strength === 0)
      throw new PhotoGuardError(
        'usage',
        'with --strength 0 nothing is edited, and there is nothing to protect against',
      );
    return own;
  },
  plan(settled, models, context) {
    const { own, recipe } = settled;
    const victims = models.map(({ size, ...model }) => {
      const { ref, pipeline } = model as EditorVictim;
      return { ref, pipeline, size, modelSize: size, edit: settleEdit(settled, pipeline) };
    });
    const plans = planDiffusions({ victims, edit: { guidance: own.guidance! }, ...context });
    // A picture of zeros in [-1, 1] is mid grey.
    const target = (settled.target === 'zero' ? 'grey' : settled.target) as DiffusionTarget;
    return {
      bytes: plans.reduce((sum, { bytes }) => sum + bytes, 0),
      prepare: (subject, runtime) =>
        diffusionAttack({
          ...attackOptions(settled, subject, runtime),
          // At the clean photo itself there is no gradient away from its edits.
          recipe: target === 'away' ? { ...recipe, start: 'random' } : recipe,
          ...{ victims, target, plans, draws: own.draws! },
          photo: subject.photo,
          modelSize: models[0]!.size,
          prompts: own.prompt!,
          last: own.last,
        }),
    };
  },
  // Differentiating a step costs about as much as running five.
  work({ own: { draws, editSteps, last } }) {
    return draws! * (4 + editSteps! + 4 * Math.min(last ?? editSteps!, editSteps!));
  },
  details(settled, models) {
    const { editSteps, last, guidance, imageGuidance, eta, prompt, draws } = settled.own;
    const mode = last === undefined || last >= editSteps! ? 'full' : `last ${last}`;
    const strengths = new Set(models.map(({ pipeline }) => settleEdit(settled, pipeline!).strength));
    return {
      ...{ steps: editSteps, mode, guidance },
      ...(imageGuidance !== undefined && { imageGuidance }),
      ...{ eta, strength: strengths.size === 1 ? [...strengths][0] : [...strengths], prompts: prompt, draws },
    };
  },
});

function settleEdit({ own, masked }: Settled<typeof options>, pipeline: Pipeline): AttackedEdit {
  const { editSteps, guidance, imageGuidance, eta } = own;
  const strength = settleStrength(pipeline, own.strength, masked);
  findPhotoWay(pipeline).makeChain({ imageGuidance }); // one that the editor does not take is told now
  return { strength, steps: findWholeRun(editSteps!, strength), guidance: guidance!, imageGuidance, eta: eta! };
}
