// From a reference to a folder on disk that holds the model: downloads what is missing (configuration and weights of
// the autoencoder, nothing else), or uses the cache alone when offline.
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, join, posix } from 'node:path';
import { PhotoGuardError } from '../../errors.ts';
import { shardPaths } from '../safetensors/open-checkpoint.ts';
import { chooseWeights, isPickled, PICKLED_HINT } from '../weight-files.ts';
import { CachedModel } from './cache.ts';
import { type DownloadOptions, type DownloadProgress, download } from './download.ts';
import { type HubEnvironment, hubEnvironment } from './environment.ts';
import type { Patience } from './fetch.ts';
import { listRepository, type RepositoryListing } from './listing.ts';
import { parseReference } from './reference.ts';

/** Options of {@link resolveModel}. */
export interface ResolveOptions {
  readonly onProgress?: (progress: DownloadProgress) => void;
  readonly signal?: AbortSignal;
  /** Default: from the environment variables. */
  readonly hub?: HubEnvironment;
  readonly patience?: Patience;
  readonly openSink?: DownloadOptions['openSink'];
  /** Asks the hub what a branch stands for now, even where the cache holds what it stood for. Default: false. */
  readonly refresh?: boolean;
}

/** A model on disk. */
export interface ResolvedModel {
  /** The reference as it was given. */
  readonly ref: string;
  /** A folder (what `loadAutoencoder` takes) or a .safetensors file. */
  readonly folder: string;
  /** The commit, for a model of the hub. */
  readonly commit?: string;
}

/**
 * Finds a model, downloading it where needed.
 * @throws PhotoGuardError `input`, `offline`, and those of the network and of downloads
 */
export async function resolveModel(ref: string, options: ResolveOptions = {}): Promise<ResolvedModel> {
  const reference = parseReference(ref);
  if (reference.kind === 'local') return { ref, folder: reference.path };
  const hub = options.hub ?? hubEnvironment();
  const { id, revision } = reference;
  const cached = new CachedModel(hub.cache, id);
  const known = await cached.commitOf(revision);
  // A commit never changes; a branch may, but what is there is good and needs no network.
  if ((!options.refresh || hub.offline) && known !== undefined && (await isComplete(cached.snapshot(known))))
    return { ref, folder: cached.snapshot(known), commit: known };
  if (hub.offline)
    throw new PhotoGuardError('offline', `${ref} is not in the cache, and only the cache may be used`, {
      hint: `unset HF_HUB_OFFLINE and run: photoguard models pull ${ref}`,
    });
  const listing = await listRepository(id, revision, hub, options);
  const fetchFile = async (path: string): Promise<void> => {
    const expected = listing.files.get(path);
    if (!expected) throw new PhotoGuardError('not-found', `${ref} lacks a file that it names`, { got: path });
    const { commit } = listing;
    await download({
      ...options,
      url: `${hub.endpoint}/${id}/resolve/${commit}/${path.split('/').map(encodeURIComponent).join('/')}`,
      file: `${id}/${path}`,
      target: cached.blob(expected.hash),
      expected,
      hub,
    });
    await cached.link(commit, path, expected.hash);
  };
  await fetchAutoencoder(ref, listing, cached.snapshot(listing.commit), fetchFile);
  await cached.rememberCommit(revision, listing.commit);
  return { ref, folder: cached.snapshot(listing.commit), commit: listing.commit };
}

// The autoencoder is at the root, or in vae/ of a pipeline's repository. The configuration comes first and shards come
// after their index, so that `isComplete` can tell.
async function fetchAutoencoder(
  ref: string,
  { files }: RepositoryListing,
  snapshot: string,
  fetchFile: (path: string) => Promise<void>,
): Promise<void> {
  const paths = [...files.keys()];
  for (const folder of ['vae', '']) {
    const names = paths.filter((path) => posix.dirname(path) === (folder || '.')).map((path) => posix.basename(path));
    const weights = chooseWeights(names);
    const hasConfig = names.includes('config.json');
    if (!weights || (folder && !hasConfig)) continue;
    if (hasConfig) await fetchFile(posix.join(folder, 'config.json'));
    await fetchFile(posix.join(folder, weights));
    if (weights.endsWith('.json'))
      for (const shard of await shardPaths(join(snapshot, folder, weights)))
        await fetchFile(posix.join(folder, basename(shard)));
    return;
  }
  const pickled = paths.find(isPickled);
  throw new PhotoGuardError('not-found', `${ref} has no autoencoder in .safetensors files`, {
    got: pickled ?? `${files.size} files`,
    hint: pickled ? PICKLED_HINT : 'name another model',
  });
}

// A link is made only to a whole blob. Other programs may have fetched some files of a model and not the rest.
async function isComplete(snapshot: string): Promise<boolean> {
  for (const folder of ['vae', '.']) {
    const path = join(snapshot, folder);
    const names = (await readdir(path).catch(() => [])).filter((name) => existsSync(join(path, name)));
    const weights = chooseWeights(names);
    if (!weights) continue;
    // Only original layouts do without a configuration, and their files have names of their own.
    if (!names.includes('config.json') && (folder === 'vae' || weights.startsWith('diffusion_pytorch_model'))) continue;
    if (!weights.endsWith('.json')) return true;
    const shards = await shardPaths(join(path, weights)).catch(() => []);
    if (shards.length > 0 && shards.every((shard) => existsSync(shard))) return true;
  }
  return false;
}
