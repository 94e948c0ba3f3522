// An autoencoder from a folder (a VAE repository, or a pipeline repository with `vae/`) or a single .safetensors file.
import { join } from 'node:path';
import type { Autoencoder } from '../autoencoder/autoencoder.ts';
import { buildAutoencoder } from '../registry.ts';
import type { Checkpoint } from '../safetensors/checkpoint.ts';
import type { TensorStore } from '../weights.ts';
import { exists, readJson } from './json-file.ts';
import { openCheckpoint } from './open-checkpoint.ts';
import { partFolder } from './part-folder.ts';
import { findWeightFile } from './weight-files.ts';

/** A loaded autoencoder and its weights. */
export interface LoadedAutoencoder {
  readonly autoencoder: Autoencoder;
  readonly checkpoint: Checkpoint;
}

/**
 * Reads an autoencoder's configuration and the headers of its weights.
 * @param through the weights that it gets instead of its checkpoint's. Default: those
 * @throws PhotoGuardError `config` or `checkpoint` for files that are missing, damaged or of another architecture
 */
export async function loadAutoencoder(
  path: string,
  through: (checkpoint: Checkpoint) => TensorStore = (checkpoint) => checkpoint,
): Promise<LoadedAutoencoder> {
  const isFile = path.endsWith('.safetensors');
  const folder = isFile ? path : await partFolder(path, 'vae');
  const checkpoint = await openCheckpoint(isFile ? path : await findWeightFile(folder));
  const configFile = join(folder, 'config.json');
  if (isFile || !(await exists(configFile)))
    return { autoencoder: buildAutoencoder(undefined, through(checkpoint)), checkpoint };
  return { autoencoder: buildAutoencoder(await readJson(configFile), through(checkpoint), configFile), checkpoint };
}
