// A CLIP text encoder from its folder (`text_encoder/` of a pipeline).
import { join } from 'node:path';
import { parseCLIPTextConfig } from '../clip/config.ts';
import { CLIPTextModel } from '../clip/text-model.ts';
import type { Checkpoint } from '../safetensors/checkpoint.ts';
import { readJson } from './json-file.ts';
import { openCheckpoint } from './open-checkpoint.ts';
import { weightFileOf } from './weight-files.ts';

/** A loaded text encoder and its weights. */
export interface LoadedTextEncoder {
  readonly textEncoder: CLIPTextModel;
  readonly checkpoint: Checkpoint;
}

/** Reads a text encoder's configuration and the headers of its weights. @throws PhotoGuardError `config`, `checkpoint` */
export async function loadTextEncoder(folder: string): Promise<LoadedTextEncoder> {
  const config = parseCLIPTextConfig(await readJson(join(folder, 'config.json')));
  const checkpoint = await openCheckpoint(await weightFileOf(folder));
  return { textEncoder: new CLIPTextModel(config, checkpoint), checkpoint };
}
