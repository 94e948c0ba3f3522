// An editor that a training begins with: the weights of its UNet and of its text encoder.
import { join } from 'node:path';
import { PhotoGuardError } from 'photoguard/errors';
import { beginAs } from 'photoguard/training';
import { hasSameTokenizer } from '../data/prepare-prompts.ts';
import type { EditorBeginning } from './architecture.ts';

/** Files of the weights, by their folders in a pipeline. */
export const EDITOR_PARTS = {
  unet: 'diffusion_pytorch_model.safetensors',
  text_encoder: 'model.safetensors',
} as const;

/** @throws PhotoGuardError `input` if it reads prompts with another tokenizer than the cache */
export async function readBeginning(pipeline: string, cache: string): Promise<EditorBeginning> {
  if (!(await hasSameTokenizer(join(pipeline, 'tokenizer'), join(cache, 'tokenizer'))))
    throw new PhotoGuardError('input', `${pipeline} reads prompts with another tokenizer than ${cache}`, {
      hint: 'make the cache with --tokenizer',
    });
  return {
    unet: await beginAs(join(pipeline, 'unet', EDITOR_PARTS.unet)),
    text: await beginAs(join(pipeline, 'text_encoder', EDITOR_PARTS.text_encoder)),
  };
}
