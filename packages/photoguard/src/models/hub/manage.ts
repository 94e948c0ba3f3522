// What `photoguard models` does: list what is in the cache, and check that it is whole.
import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { scanCacheDir } from '@huggingface/hub';
import { PhotoGuardError } from '../../errors.ts';
import { loadAutoencoder } from '../load-autoencoder.ts';
import { type HubEnvironment, hubEnvironment } from './environment.ts';
import { fileMatches } from './hash.ts';
import { resolveModel } from './resolve.ts';

/** A model in the cache. */
export interface CachedModelInfo {
  readonly id: string;
  /** Bytes on disk. */
  readonly size: number;
  readonly revisions: readonly string[];
}

/** Models in the cache; none where there is no cache. */
export async function listCached(hub: HubEnvironment = hubEnvironment()): Promise<CachedModelInfo[]> {
  if (!(await stat(hub.cache).catch(() => undefined))?.isDirectory()) return [];
  const { repos } = await scanCacheDir(hub.cache);
  return repos
    .filter(({ id }) => id.type === 'model')
    .map(({ id, size, revisions }) => ({ id: id.name, size, revisions: revisions.map(({ commitOid }) => commitOid) }));
}

/** What a check found. */
export interface CheckedModel {
  readonly ref: string;
  readonly folder: string;
  readonly architecture: string;
  readonly latentChannels: number;
  readonly tensors: number;
}

/**
 * Checks a model that is on disk: hashes of its files, every weight that the configuration calls for, no NaN.
 * @throws PhotoGuardError for the first thing that is wrong
 */
export async function checkModel(ref: string, hub: HubEnvironment = hubEnvironment()): Promise<CheckedModel> {
  const { folder } = await resolveModel(ref, { hub: { ...hub, offline: true } });
  if ((await stat(folder)).isDirectory()) await checkBlobs(folder);
  const { autoencoder, checkpoint } = await loadAutoencoder(folder);
  await checkpoint.checkFinite();
  return {
    ref,
    folder,
    architecture: autoencoder.architecture,
    latentChannels: autoencoder.latentChannels,
    tensors: checkpoint.names().length,
  };
}

// Files of the cache are links to blobs that are named by their hash.
async function checkBlobs(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isSymbolicLink()) continue;
    const path = join(entry.parentPath, entry.name);
    const blob = await realpath(path).catch(() => undefined);
    const whole =
      blob !== undefined && (await fileMatches(blob, { size: (await stat(blob)).size, hash: basename(blob) }));
    if (!whole)
      throw new PhotoGuardError('integrity', `${path}: the content does not have its hash`, {
        hint: 'delete it and pull the model again',
      });
  }
}
