// A denoiser from a folder: its own (config.json and weights), or that of a pipeline (`unet/`).
import { join } from 'node:path';
import type { Denoiser } from '../denoiser.ts';
import { buildDenoiser } from '../registry.ts';
import type { Checkpoint } from '../safetensors/checkpoint.ts';
import { readJson } from './json-file.ts';
import { openCheckpoint } from './open-checkpoint.ts';
import { partFolder } from './part-folder.ts';
import { findWeightFile } from './weight-files.ts';

/** A loaded denoiser and its weights. */
export interface LoadedUNet {
  readonly unet: Denoiser;
  readonly checkpoint: Checkpoint;
}

/**
 * Reads a denoiser's configuration and the headers of its weights.
 * @throws PhotoGuardError `config` or `checkpoint` for files that are missing, damaged or of another architecture
 */
export async function loadUNet(path: string): Promise<LoadedUNet> {
  const folder = await partFolder(path, 'unet');
  const configFile = join(folder, 'config.json');
  const config = await readJson(configFile);
  const checkpoint = await openCheckpoint(await findWeightFile(folder));
  return { unet: buildDenoiser(config, checkpoint, configFile), checkpoint };
}
