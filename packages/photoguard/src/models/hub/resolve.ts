// From a reference to a folder on disk that holds the model: downloads what is missing (configuration and weights of
// the autoencoder, nothing else), or uses the cache alone when offline.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { HubApiError, type ListFileEntry, listFiles, modelInfo } from '@huggingface/hub';
import { PhotoGuardError } from '../../errors.ts';
import { chooseWeights } from '../weight-files.ts';
import { CachedModel } from './cache.ts';
import { type DownloadOptions, type DownloadProgress, download } from './download.ts';
import { type HubEnvironment, hubEnvironment } from './environment.ts';
import { hubFetch, type Patience } from './fetch.ts';
import type { Expected } from './hash.ts';
import { parseReference } from './reference.ts';

/** Options of {@link resolveModel}. */
export interface ResolveOptions {
  readonly onProgress?: (progress: DownloadProgress) => void;
  readonly signal?: AbortSignal;
  /** Default: from the environment variables. */
  readonly hub?: HubEnvironment;
  readonly patience?: Patience;
  readonly openSink?: DownloadOptions['openSink'];
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
  const cached = new CachedModel(hub.cache, reference.id);
  const known = await cached.commitOf(reference.revision);
  if (known && isComplete(cached, known)) {
    // A commit never changes; a branch may, but what is there is good and needs no network.
    return { ref, folder: cached.snapshot(known), commit: known };
  }
  if (hub.offline)
    throw new PhotoGuardError('offline', `${ref} is not in the cache, and HF_HUB_OFFLINE forbids to fetch it`, {
      hint: `unset HF_HUB_OFFLINE and run: photoguard models pull ${ref}`,
    });
  const { id, revision } = reference;
  const { commit, files } = await listOf(id, revision, hub, options);
  for (const entry of wantedFiles(ref, files)) {
    const expected: Expected = { size: entry.lfs?.size ?? entry.size, hash: entry.lfs?.oid ?? entry.oid ?? '' };
    await download({
      url: `${hub.endpoint}/${id}/resolve/${commit}/${entry.path}`,
      file: `${id}/${entry.path}`,
      target: cached.blob(expected.hash),
      expected,
      hub,
      ...(options.onProgress && { onProgress: options.onProgress }),
      ...(options.signal && { signal: options.signal }),
      ...(options.patience && { patience: options.patience }),
      ...(options.openSink && { openSink: options.openSink }),
    });
    await cached.link(commit, entry.path, expected.hash);
  }
  await cached.rememberCommit(revision, commit);
  return { ref, folder: cached.snapshot(commit), commit };
}

// A link is made only to a whole blob, the configuration first and the weights after it, shards last.
function isComplete(cached: CachedModel, commit: string): boolean {
  return ['vae', '.'].some((folder) => {
    const path = join(cached.snapshot(commit), folder);
    const names = existsSync(path) ? readdirSync(path).filter((name) => existsSync(join(path, name))) : [];
    const weights = chooseWeights(names);
    if (!weights) return false;
    if (!weights.endsWith('.json')) return true;
    const index = JSON.parse(readFileSync(join(path, weights), 'utf8')) as { weight_map: Record<string, string> };
    return Object.values(index.weight_map).every((name) => names.includes(name));
  });
}

async function listOf(id: string, revision: string, hub: HubEnvironment, options: ResolveOptions) {
  const request = {
    hubUrl: hub.endpoint,
    fetch: ((url: string | URL, init?: RequestInit) =>
      hubFetch(
        String(url),
        { ...init, ...(options.signal && { signal: options.signal }) },
        hub,
        options.patience,
      )) as typeof fetch,
    ...(hub.token && { accessToken: hub.token }),
  };
  try {
    const { sha } = await modelInfo({ name: id, revision, additionalFields: ['sha'], ...request });
    const files: ListFileEntry[] = [];
    for await (const entry of listFiles({ repo: id, revision: sha, recursive: true, ...request })) files.push(entry);
    return { commit: sha, files };
  } catch (error) {
    if (error instanceof PhotoGuardError) throw error;
    const got = error instanceof HubApiError ? `HTTP ${error.statusCode}` : String(error);
    throw new PhotoGuardError('network', 'the hub gave an answer that makes no sense', { got, cause: error });
  }
}

// The autoencoder's files: at the root, or in vae/ of a pipeline's repository.
function wantedFiles(ref: string, files: readonly ListFileEntry[]): ListFileEntry[] {
  const byPath = new Map(files.filter(({ type }) => type === 'file').map((entry) => [entry.path, entry]));
  for (const folder of ['vae/', '']) {
    const names = [...byPath.keys()].flatMap((path) =>
      path.startsWith(folder) && !path.slice(folder.length).includes('/') ? [path.slice(folder.length)] : [],
    );
    const weights = chooseWeights(names);
    if (!weights || (folder === 'vae/' && !names.includes('config.json'))) continue;
    const shards = weights.endsWith('.json') ? names.filter((name) => /-of-\d+\.safetensors$/.test(name)) : [];
    return [...new Set(['config.json', weights, ...shards])].flatMap((name) => byPath.get(join(folder, name)) ?? []);
  }
  const pickled = [...byPath.keys()].find((path) => /\.(bin|ckpt|pt|pth)$/.test(path));
  throw new PhotoGuardError('not-found', `${ref} has no autoencoder in .safetensors files`, {
    got: pickled ?? `${byPath.size} files`,
    hint: pickled ? 'pickled weights run code when they are read, and are refused' : 'name another model',
  });
}
