// A UNet that is told of the photo by its noised latent alone. A mask is kept to by putting back what is not repainted.
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
