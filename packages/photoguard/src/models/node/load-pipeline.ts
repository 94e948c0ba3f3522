// A pipeline from its folder, as diffusers lays it out: model_index.json names the parts, each in a folder of its own.
import { join } from 'node:path';
import { PhotoGuardError } from '../../errors.ts';
import { listParts, listTextFolders, readXLSettings, requireParts } from '../pipeline/parts.ts';
import { assemblePipeline, type Pipeline, type PromptEncoder } from '../pipeline/pipeline.ts';
import { exists, readJson } from './json-file.ts';
import { loadAutoencoder } from './load-autoencoder.ts';
import { loadTextEncoder } from './load-text-encoder.ts';
import { loadTokenizer } from './load-tokenizer.ts';
import { loadUNet } from './load-unet.ts';

/**
 * Reads a pipeline's configurations and the headers of its weights. `label` is its name in messages; default: the
 * folder.
 * @throws PhotoGuardError `config` for a part that is missing, of another class, or does not fit the others;
 *   `checkpoint` for damaged weights
 */
export async function loadPipeline(folder: string, label = folder): Promise<Pipeline> {
  const file = join(folder, 'model_index.json');
  if (!(await exists(file)))
    throw new PhotoGuardError('config', `${label}: there is no model_index.json, so it is not a pipeline`, {
      hint: 'name the folder of a pipeline in diffusers layout, with vae, unet, text_encoder, tokenizer and scheduler',
    });
  const index = await readJson(file);
  requireParts(index, label);
  for (const part of listParts(index))
    if (!(await exists(join(folder, part.folder))))
      throw new PhotoGuardError('config', `${label}: the pipeline lacks its ${part.folder}`, {
        hint: 'the download may be incomplete: photoguard models pull --editor',
      });
  const [{ autoencoder }, { unet }, texts, schedulerConfig] = await Promise.all([
    loadAutoencoder(join(folder, 'vae')),
    loadUNet(join(folder, 'unet')),
    Promise.all(listTextFolders(index).map((names) => loadPromptEncoder(folder, names))),
    readJson(join(folder, 'scheduler', 'scheduler_config.json')),
  ]);
  const xl = readXLSettings(index, label);
  return assemblePipeline({ label, autoencoder, unet, texts, schedulerConfig, xl });
}

async function loadPromptEncoder(
  folder: string,
  names: { readonly encoder: string; readonly tokenizer: string },
): Promise<PromptEncoder> {
  const [{ textEncoder }, tokenizer] = await Promise.all([
    loadTextEncoder(join(folder, names.encoder)),
    loadTokenizer(join(folder, names.tokenizer)),
  ]);
  return { folder: names.encoder, textEncoder, tokenizer };
}
