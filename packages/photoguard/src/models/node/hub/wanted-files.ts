// Which files of a repository make a model: an autoencoder alone, or the parts of a pipeline.
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, join, posix } from 'node:path';
import { PhotoGuardError } from '../../../errors.ts';
import { listParts, type Part } from '../../pipeline/parts.ts';
import { readJson } from '../json-file.ts';
import { shardPaths } from '../open-checkpoint.ts';
import { chooseWeights, isPickled, PICKLED_HINT } from '../weight-files.ts';

/** What a model is needed for. */
export type Wanted = 'autoencoder' | 'pipeline';

/** A repository that files are fetched from. */
export interface Source {
  /** The reference as given. */
  readonly ref: string;
  /** Paths of all files. */
  readonly paths: readonly string[];
  /** The folder that fetched files appear in. */
  readonly snapshot: string;
  fetchFile(path: string): Promise<void>;
}

/**
 * Fetches the files that are needed. @throws PhotoGuardError `not-found` for a repository without them, and those of
 * downloads
 */
export const fetchWanted = (wanted: Wanted, source: Source): Promise<void> =>
  wanted === 'autoencoder' ? fetchAutoencoder(source) : fetchPipeline(source);

/**
 * Whether a folder has all files that are needed. Links are made only to complete blobs, but other programs may have
 * fetched only some of a model's files.
 */
export async function isComplete(wanted: Wanted, snapshot: string): Promise<boolean> {
  if (wanted === 'autoencoder') return (await hasWeights(snapshot, 'vae')) || (await hasWeights(snapshot, '.'));
  const index = join(snapshot, 'model_index.json');
  if (!existsSync(index)) return false;
  for (const part of listParts(await readJson(index))) {
    const names = await namesIn(join(snapshot, part.folder));
    const whole = isWeighted(part) ? await hasWeights(snapshot, part.folder) : hasAll(part, names);
    if (!whole) return false;
  }
  return true;
}

const isWeighted = ({ kind }: Part): boolean => kind !== 'tokenizer' && kind !== 'scheduler';

const TOKENIZER_FILES = [
  'tokenizer.json',
  'vocab.json',
  'merges.txt',
  'tokenizer_config.json',
  'special_tokens_map.json',
];

const hasAll = ({ kind }: Part, names: readonly string[]): boolean =>
  kind === 'scheduler'
    ? names.includes('scheduler_config.json')
    : names.includes('tokenizer.json') || (names.includes('vocab.json') && names.includes('merges.txt'));

const namesIn = async (folder: string): Promise<string[]> =>
  (await readdir(folder).catch(() => [])).filter((name) => existsSync(join(folder, name)));

async function hasWeights(snapshot: string, folder: string): Promise<boolean> {
  const path = join(snapshot, folder);
  const names = await namesIn(path);
  const weights = chooseWeights(names);
  if (!weights) return false;
  // Only original layouts have no configuration, and their files have their own names.
  if (!names.includes('config.json') && (folder !== '.' || weights.startsWith('diffusion_pytorch_model'))) return false;
  if (!weights.endsWith('.json')) return true;
  const shards = await shardPaths(join(path, weights)).catch(() => []);
  return shards.length > 0 && shards.every((shard) => existsSync(shard));
}

const listNames = (paths: readonly string[], folder: string): string[] =>
  paths.filter((path) => posix.dirname(path) === folder).map((path) => posix.basename(path));

// The autoencoder is at the root, or in vae/ of a pipeline's repository.
async function fetchAutoencoder(source: Source): Promise<void> {
  for (const folder of ['vae', '.']) if (await fetchWeights(source, folder)) return;
  throw without(source, 'autoencoder');
}

async function fetchPipeline(source: Source): Promise<void> {
  const { ref, paths, snapshot, fetchFile } = source;
  if (!paths.includes('model_index.json'))
    throw new PhotoGuardError('not-found', `${ref} has no model_index.json, so it is not a pipeline`, {
      hint: 'an editor is a pipeline in diffusers layout',
    });
  await fetchFile('model_index.json');
  for (const part of listParts(await readJson(join(snapshot, 'model_index.json')))) {
    const { folder, kind } = part;
    if (isWeighted(part)) {
      if (!(await fetchWeights(source, folder))) throw without(source, folder);
      continue;
    }
    const wanted = kind === 'scheduler' ? ['scheduler_config.json'] : TOKENIZER_FILES;
    const names = listNames(paths, folder).filter((name) => wanted.includes(name));
    if (!hasAll(part, names)) throw new PhotoGuardError('not-found', `${ref}: the pipeline lacks its ${folder}`);
    for (const name of names) await fetchFile(posix.join(folder, name));
  }
}

// Returns whether there were weights. The configuration is fetched first and shards after their index, so that
// `isComplete` works.
async function fetchWeights({ paths, snapshot, fetchFile }: Source, folder: string): Promise<boolean> {
  const names = listNames(paths, folder);
  const weights = chooseWeights(names);
  const hasConfig = names.includes('config.json');
  if (!weights || (folder !== '.' && !hasConfig)) return false;
  if (hasConfig) await fetchFile(posix.join(folder, 'config.json'));
  await fetchFile(posix.join(folder, weights));
  if (weights.endsWith('.json'))
    for (const shard of await shardPaths(join(snapshot, folder, weights)))
      await fetchFile(posix.join(folder, basename(shard)));
  return true;
}

function without({ ref, paths }: Source, what: string): PhotoGuardError {
  const pickled = paths.find(isPickled);
  return new PhotoGuardError('not-found', `${ref} has no ${what} in .safetensors files`, {
    got: pickled ?? `${paths.length} files`,
    hint: pickled ? PICKLED_HINT : 'name another model',
  });
}
