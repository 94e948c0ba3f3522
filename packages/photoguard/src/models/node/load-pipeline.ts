// A pipeline from its folder, as diffusers lays it out: model_index.json names the parts, each in a folder of its own.
import { join } from 'node:path';
import { PhotoGuardError } from '../../errors.ts';
import { PARTS, type Part, requireParts } from '../pipeline/parts.ts';
import { assemblePipeline, type Pipeline } from '../pipeline/pipeline.ts';
import { exists, readJson } from './json-file.ts';
import { loadAutoencoder } from './load-autoencoder.ts';
import { loadTextEncoder } from './load-text-encoder.ts';
import { loadTokenizer } from './load-tokenizer.ts';
import { loadUNet } from './load-unet.ts';

/**
 * Reads a pipeline's configurations and the headers of its weights. `label` is what people call it; default: the folder.
 * @throws PhotoGuardError `config` for a part that is missing, of another class, or does not fit the others;
 *   `checkpoint` for damaged weights
 */
export async function loadPipeline(folder: string, label = folder): Promise<Pipeline> {
  const index = join(folder, 'model_index.json');
  if (!(await exists(index)))
    throw new PhotoGuardError('config', `${label}: there is no model_index.json, so it is no pipeline`, {
      hint: 'name the folder of a pipeline in diffusers layout, with vae, unet, text_encoder, tokenizer and scheduler',
    });
  requireParts(await readJson(index), label);
  for (const part of PARTS)
    if (!(await exists(join(folder, part))))
      throw new PhotoGuardError('config', `${label}: the pipeline lacks its ${part}`, {
        hint: 'the download may be incomplete: photoguard models pull --editor',
      });
  const at = (part: Part): string => join(folder, part);
  const [{ autoencoder }, { unet }, { textEncoder }, tokenizer, schedulerConfig] = await Promise.all([
    loadAutoencoder(at('vae')),
    loadUNet(at('unet')),
    loadTextEncoder(at('text_encoder')),
    loadTokenizer(at('tokenizer')),
    readJson(join(at('scheduler'), 'scheduler_config.json')),
  ]);
  return assemblePipeline({ label, autoencoder, unet, textEncoder, tokenizer, schedulerConfig });
}
