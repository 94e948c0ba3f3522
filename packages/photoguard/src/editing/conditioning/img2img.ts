// A UNet that sees the photo in its noised latent alone. With a mask, what is not repainted is put back at each step.
import { splitMask } from '../repaint.ts';
import { FROM_PHOTO } from './from-photo.ts';
import type { PhotoWay } from './photo-way.ts';

/** See the head of this file. */
export const img2img: PhotoWay = {
  ...FROM_PHOTO,
  task: (masked) => (masked ? 'inpaint' : 'img2img'),
  shared: () => ({}),
  sample: (_, { latents }) => latents,
  repaint: (mask, _, factor) => mask && splitMask(mask, factor),
  giveMask: () => ({}),
  begin: (strength, repaint) => (repaint ? { fromNoise: strength === 1, blend: repaint.latent } : { fromNoise: false }),
};
