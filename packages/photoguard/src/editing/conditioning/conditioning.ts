// What a denoiser is told beside the noisy latent and the time: prompts (prompts.ts) and the photo
// (photo-way.ts). Both have an implementation for every kind of editor, and each goes with each.
import type { Pipeline } from '../../models/index.ts';
import { findPhotoWay } from './photo.ts';
import type { PhotoWay } from './photo-way.ts';
import type { Prompts } from './prompts.ts';
import { makeSDXLPrompts } from './sdxl.ts';
import { makeStableDiffusionPrompts } from './stable-diffusion.ts';

/** See the head of this file. */
export interface Conditioning {
  readonly prompts: Prompts;
  readonly photo: PhotoWay;
}

/** The conditioning of a pipeline. */
export function chooseConditioning(pipeline: Pipeline): Conditioning {
  const { xl } = pipeline;
  return {
    prompts: xl ? makeSDXLPrompts({ ...pipeline, xl }) : makeStableDiffusionPrompts(pipeline),
    photo: findPhotoWay(pipeline),
  };
}
