// DiffusionGuard: raises the norm of what an inpainting editor predicts at its first timestep, from pure noise, which
// determines most of the picture. Each gradient uses a slightly larger or smaller mask, so that the change also works
// for other masks.
import { PhotoGuardError } from '../../errors.ts';
import type { Pipeline } from '../../models/index.ts';
import { schedulerFromConfig } from '../../schedulers/index.ts';
import { attackKind } from '../attack-kind.ts';
import { DENOISING_OPTIONS, denoisingRecipes, planDenoisingAttack } from '../denoising/denoising-attack.ts';
import { number } from '../options.ts';
import { movedEdge } from './moved-edge.ts';

/** Steps of the edits whose first timestep is used. */
const EDIT_STEPS = 50;

/** `diffusionguard`. */
export const diffusionguard = attackKind({
  name: 'diffusionguard',
  about: 'against inpainting editors: raises what they predict at the first timestep, for masks like the one given',
  source: 'DiffusionGuard, Choi et al. 2025',
  needs: 'editor',
  needsMask: true,
  targets: [],
  recipes: denoisingRecipes('DiffusionGuard; schedule from memory, not checked', { maskMargin: 0.05 }),
  options: {
    ...DENOISING_OPTIONS,
    maskMargin: number("how far the mask's edge moves, as a share of the photo's shorter side; default: 0.05", 0, 0.5),
  },
  loss: { what: 'norm of the first prediction, negative' },
  work: ({ own: { draws } }) => 4 + 5 * draws!,
  plan(settled, models, context) {
    const deaf = models.find(({ pipeline }) => !pipeline?.inpaints);
    if (deaf)
      throw new PhotoGuardError('input', `${deaf.ref}: the attack diffusionguard needs an editor for inpainting`, {
        hint: 'such as sd15-inpaint: one whose UNet takes the mask and the masked photo',
      });
    return planDenoisingAttack(settled, models, context, {
      score: 'norm',
      raised: () => ({ fromNoise: true }),
      timestep: (pipeline) => firstTimestep(pipeline),
      augment: (mask, bits) => movedEdge(mask, settled.own.maskMargin!, bits),
    });
  },
});

function firstTimestep({ schedulerConfig }: Pipeline): number {
  const { schedule, config } = schedulerFromConfig(schedulerConfig, 'DDIMScheduler');
  const first = schedule({ steps: EDIT_STEPS, strength: 1, eta: 0 }).steps[0]!.timestep;
  return Math.min(Math.round(first), config.trainTimesteps - 1);
}
