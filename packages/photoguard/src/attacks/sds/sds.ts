// Score distillation (Diff-Protect): the predicted noise minus the noise that was added goes back only through the
// encoder, not through the UNet: half the time and memory. Against it (down), a photo becomes easier to predict and its
// edits smoother, which survives JPEG best; along it (up), as AdvDM does.

import { attackKind } from '../attack-kind.ts';
import { DENOISING_OPTIONS, denoisingRecipes, planDenoisingAttack } from '../denoising/denoising-attack.ts';
import { choice } from '../options.ts';

/** `sds`. */
export const sds = attackKind({
  name: 'sds',
  about: 'against editors, without their gradient: score distillation',
  source: 'Diff-Protect, Xue et al. 2024',
  needs: 'editor',
  targets: [],
  recipes: denoisingRecipes('Diff-Protect, SDS-; schedule from memory, not checked', { direction: 'down' }),
  options: {
    ...DENOISING_OPTIONS,
    direction: choice('whether the error is lowered (down, SDS-, the default) or raised (up, SDS+)', ['down', 'up']),
  },
  loss: { what: 'error of the noise prediction' },
  work: ({ own: { draws } }) => 4 + draws!,
  plan: (settled, models, context) =>
    planDenoisingAttack(settled, models, context, {
      score: 'error',
      raised: () => ({ way: settled.own.direction! }),
    }),
});
