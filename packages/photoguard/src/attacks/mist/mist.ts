// Mist, fused mode: raises the error of the noise prediction and pulls the latent to that of a target at once.
import { latentShape } from '../../editing/index.ts';
import type { Size } from '../../image/index.ts';
import type { Autoencoder } from '../../models/index.ts';
import { attackKind } from '../attack-kind.ts';
import { DENOISING_OPTIONS, denoisingRecipes, planDenoisingAttack } from '../denoising/denoising-attack.ts';
import { EncoderObjective } from '../encoder/encoder-objective.ts';
import { number } from '../options.ts';
import { type Target, targetLatent } from '../target.ts';

/** `mist`. */
export const mist = attackKind({
  name: 'mist',
  about: 'against editors: raises the error of the noise prediction and pulls the latent to a target',
  source: 'Mist, Liang and Wu 2023',
  needs: 'editor',
  targets: ['grey', 'zero', 'noise', 'picture'],
  recipes: Object.fromEntries(
    Object.entries(denoisingRecipes('Mist; schedule and rate from memory, not checked', { rate: 1e4 })).map(
      ([name, recipe]) => [name, { ...recipe, target: 'grey' }],
    ),
  ),
  options: { ...DENOISING_OPTIONS, rate: number('weight of the error beside the distance; default: 10000', 0, 1e9) },
  loss: { what: 'distance minus error' },
  work: ({ own: { draws } }) => 4 + 5 * draws!,
  plan: (settled, models, context) =>
    planDenoisingAttack(settled, models, context, {
      score: 'error',
      async raised({ ref, pipeline: { autoencoder }, size }, { runtime, seed }) {
        const encoder = new EncoderObjective({ victim: { ref, autoencoder }, size, runtime });
        try {
          const mean = await targetLatent(settled.target as Target, encoder, size, seed);
          return { rate: settled.own.rate!, target: scaled(mean ?? zeroLatent(autoencoder, size), autoencoder) };
        } finally {
          await encoder.release();
        }
      },
    }),
});

const zeroLatent = (autoencoder: Autoencoder, size: Size): Float32Array =>
  new Float32Array(latentShape(autoencoder, size).reduce((a, b) => a * b, 1));

// A posterior mean, scaled as in pipelines.
const scaled = (
  mean: Float32Array,
  { shiftFactor, scalingFactor }: { readonly shiftFactor: number; readonly scalingFactor: number },
): Float32Array => mean.map((x) => (x - shiftFactor) * scalingFactor);
