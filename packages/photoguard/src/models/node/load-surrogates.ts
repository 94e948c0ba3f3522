// Surrogates: a folder of small encoders that stand in for large ones, listed in its surrogates.json. Each is a folder with
// a config.json and weights, as any model, and can be loaded alone.
import { join } from 'node:path';
import { list, matching, object, validate } from '../../validate/index.ts';
import { parseSurrogateConfig } from '../autoencoder/surrogate-config.ts';
import { SurrogateEncoder } from '../autoencoder/surrogate-encoder.ts';
import { readClassName } from '../registry.ts';
import type { Checkpoint } from '../safetensors/checkpoint.ts';
import { exists, readJson } from './json-file.ts';
import { openCheckpoint } from './open-checkpoint.ts';
import { findWeightFile } from './weight-files.ts';

/** A network of a folder of surrogates. */
export interface LoadedSurrogate {
  /** Its folder's name in the folder of surrogates; '' for one that is loaded alone. */
  readonly name: string;
  readonly surrogate: SurrogateEncoder;
  readonly checkpoint: Checkpoint;
}

const INDEX = 'surrogates.json';
const MOST = 16;
const SCHEMA = object({
  networks: list(matching(/^[\w-]+$/, 'the name of a folder'), 1, MOST, `1 to ${MOST} names of folders`),
});

/** Whether a folder holds surrogates, or is one. */
export const hasSurrogates = async (folder: string): Promise<boolean> =>
  (await exists(join(folder, INDEX))) || (await isSurrogate(folder));

async function isSurrogate(folder: string): Promise<boolean> {
  const file = join(folder, 'config.json');
  return (await exists(file)) && readClassName(await readJson(file), file) === 'SurrogateEncoder';
}

/** The names of the networks in a folder of surrogates. @throws PhotoGuardError `config` for a damaged list */
export async function listSurrogates(folder: string): Promise<readonly string[]> {
  const file = join(folder, INDEX);
  if (!(await exists(file)) && (await isSurrogate(folder))) return [''];
  const source = { label: file, code: 'config', hint: 'the file may be damaged: install again (npm ci)' } as const;
  return validate(SCHEMA, await readJson(file), source).networks;
}

/** Reads configurations and headers of weights. @throws PhotoGuardError `config` or `checkpoint` for damaged files */
export async function loadSurrogates(folder: string): Promise<readonly LoadedSurrogate[]> {
  const loaded: LoadedSurrogate[] = [];
  for (const name of await listSurrogates(folder)) {
    const config = parseSurrogateConfig(await readJson(join(folder, name, 'config.json')));
    const checkpoint = await openCheckpoint(await findWeightFile(join(folder, name)));
    loaded.push({ name, surrogate: new SurrogateEncoder(config, checkpoint), checkpoint });
  }
  return loaded;
}
