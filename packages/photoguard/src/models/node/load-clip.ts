// CLIP from its folder.
import { join } from 'node:path';
import { CLIPModel } from '../clip/clip-model.ts';
import { parseCLIPConfig } from '../clip/config.ts';
import type { Checkpoint } from '../safetensors/checkpoint.ts';
import { readJson } from './json-file.ts';
import { openCheckpoint } from './open-checkpoint.ts';
import { findWeightFile } from './weight-files.ts';

/** A loaded CLIP model and its weights. */
export interface LoadedCLIP {
  readonly clip: CLIPModel;
  readonly checkpoint: Checkpoint;
}

/** Reads a CLIP model's configuration and the headers of its weights. @throws PhotoGuardError `config`, `checkpoint` */
export async function loadCLIP(folder: string): Promise<LoadedCLIP> {
  const config = parseCLIPConfig(await readJson(join(folder, 'config.json')));
  const checkpoint = await openCheckpoint(await findWeightFile(folder));
  return { clip: new CLIPModel(config, checkpoint), checkpoint };
}
