// A text encoder from its folder (`text_encoder/` of a pipeline).
import { join } from 'node:path';
import { buildTextEncoder } from '../registry.ts';
import type { Checkpoint } from '../safetensors/checkpoint.ts';
import type { TextEncoder } from '../text-encoder.ts';
import { readJson } from './json-file.ts';
import { openCheckpoint } from './open-checkpoint.ts';
import { findWeightFile } from './weight-files.ts';

/** A loaded text encoder and its weights. */
export interface LoadedTextEncoder {
  readonly textEncoder: TextEncoder;
  readonly checkpoint: Checkpoint;
}

/** Reads a text encoder's configuration and the headers of its weights. @throws PhotoGuardError `config`, `checkpoint` */
export async function loadTextEncoder(folder: string): Promise<LoadedTextEncoder> {
  const configFile = join(folder, 'config.json');
  const config = await readJson(configFile);
  const checkpoint = await openCheckpoint(await findWeightFile(folder));
  return { textEncoder: buildTextEncoder(config, checkpoint, configFile), checkpoint };
}
