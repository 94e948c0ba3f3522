// A UNet that is shown, beside the noisy latent, the mask and the latent of what is kept: 9 channels for a latent of 4.
import { repaintAll, splitMask } from '../repaint.ts';
import { FROM_PHOTO } from './from-photo.ts';
import { type PhotoWay, repeat } from './photo-way.ts';

/** See the head of this file. */
export const inpainting: PhotoWay = {
  ...FROM_PHOTO,
  task: (masked) => (masked ? 'inpaint' : 'inpaint all'),
  shared: ([, channels, height, width]) => ({
    mask: [1, 1, height!, width!],
    shown: [1, channels!, height!, width!],
  }),
  sample(g, { latents, given }) {
    const n = latents.shape[0]!;
    const beside = g.concat([given('mask'), given('shown')], 1);
    return g.concat([latents, repeat(g, beside, n)], 1);
  },
  shown: { seen: (repaint) => repaint!.seen, noise: ({ posteriorMasked }) => posteriorMasked },
  repaint: (mask, size, factor) => (mask ? splitMask(mask, factor) : repaintAll(size, factor)),
  giveMask: (repaint) => ({ mask: repaint!.latent }),
  begin: (strength) => ({ fromNoise: strength === 1 }),
};
