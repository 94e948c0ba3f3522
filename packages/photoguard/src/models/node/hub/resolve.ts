// From a reference to a folder on disk with the model: downloads missing files (only those that are needed), or uses
// only the cache when offline.
import { join } from 'node:path';
import { PhotoGuardError } from '../../../errors.ts';
import { CachedModel } from './cache.ts';
import { download } from './download.ts';
import type { DownloadOptions, DownloadProgress } from './download-options.ts';
import { embeddedFolder, surrogatesFolder } from './embedded.ts';
import { type HubEnvironment, hubEnvironment } from './environment.ts';
import type { Patience } from './fetch.ts';
import { listRepository } from './listing.ts';
import { parseReference } from './reference.ts';
import { fetchWanted, isComplete, type Wanted } from './wanted-files.ts';

/** Options of {@link resolveModel}. */
export interface ResolveOptions {
  readonly onProgress?: (progress: DownloadProgress) => void;
  readonly signal?: AbortSignal;
  /** Default: from the environment variables. */
  readonly hub?: HubEnvironment;
  readonly patience?: Patience;
  readonly openSink?: DownloadOptions['openSink'];
  /** Ask the hub for the current commit of a branch, even if the cache has an earlier one. Default: false. */
  readonly refresh?: boolean;
  /** Default: only the autoencoder. */
  readonly wanted?: Wanted;
}

/** A model on disk. */
export interface ResolvedModel {
  /** The reference as given. */
  readonly ref: string;
  /** A folder (what `loadAutoencoder` or `loadPipeline` takes) or a .safetensors file. */
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
  if (reference.kind === 'embedded') return { ref, folder: embeddedFolder() };
  if (reference.kind === 'surrogates') return { ref, folder: join(surrogatesFolder(), reference.network ?? '') };
  if (reference.kind === 'local') return { ref, folder: reference.path };
  const { hub = hubEnvironment(), wanted = 'autoencoder' } = options;
  const { id, revision } = reference;
  const cached = new CachedModel(hub.cache, id);
  await cached.tidy();
  const known = await cached.findCommit(revision);
  // A commit never changes; a branch may, but the cached commit is valid and needs no network.
  if ((!options.refresh || hub.offline) && known !== undefined && (await isComplete(wanted, cached.snapshot(known))))
    return { ref, folder: cached.snapshot(known), commit: known };
  if (hub.offline)
    throw new PhotoGuardError('offline', `${ref} is not in the cache, and only the cache may be used`, {
      hint: `unset HF_HUB_OFFLINE and run: photoguard models pull ${ref}`,
    });
  const listing = await listRepository(id, revision, hub, options);
  const fetchFile = async (path: string): Promise<void> => {
    const expected = listing.files.get(path);
    if (!expected) throw new PhotoGuardError('not-found', `${ref} lacks a file that it refers to`, { got: path });
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
  const paths = [...listing.files.keys()];
  await fetchWanted(wanted, { ref, paths, snapshot: cached.snapshot(listing.commit), fetchFile });
  await cached.rememberCommit(revision, listing.commit);
  return { ref, folder: cached.snapshot(listing.commit), commit: listing.commit };
}
