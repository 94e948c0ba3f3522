// AdvDM: raises the error that the editor was trained to lower, at timesteps drawn at random.

import { attackKind } from '../attack-kind.ts';
import { DENOISING_OPTIONS, denoisingRecipes, planDenoisingAttack } from '../denoising/denoising-attack.ts';

/** `advdm`. */
export const advdm = attackKind({
  name: 'advdm',
  about: 'against editors: raises the error of the noise prediction',
  source: 'AdvDM, Liang et al. 2023',
  needs: 'editor',
  targets: [],
  recipes: denoisingRecipes('AdvDM; schedule from memory, not checked', {}),
  options: DENOISING_OPTIONS,
  loss: { what: 'error of the noise prediction, negative' },
  work: ({ own: { draws } }) => 4 + 5 * draws!,
  plan: (settled, models, context) => planDenoisingAttack(settled, models, context, { score: 'error' }),
});
