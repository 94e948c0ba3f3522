// Implements `photoguard models`: lists the cache, fetches models, and checks that a model is complete.
import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { PhotoGuardError } from '../../../errors.ts';
import { unusedSurrogateWeights, unusedWeights } from '../../check-weights.ts';
import { isRunnable, listTextFolders } from '../../pipeline/parts.ts';
import type { Checkpoint } from '../../safetensors/checkpoint.ts';
import { exists, readJson } from '../json-file.ts';
import { loadAutoencoder } from '../load-autoencoder.ts';
import { loadPipeline } from '../load-pipeline.ts';
import { hasSurrogates, loadSurrogates } from '../load-surrogates.ts';
import { loadTextEncoder } from '../load-text-encoder.ts';
import { loadUNet } from '../load-unet.ts';
import { checkEmbedded, EMBEDDED } from './embedded.ts';
import { type HubEnvironment, hubEnvironment } from './environment.ts';
import { fileMatches } from './hash.ts';
import { sizeOf } from './partial.ts';
import { type ResolvedModel, type ResolveOptions, resolveModel } from './resolve.ts';

/** A model in the cache. */
export interface CachedModelInfo {
  readonly id: string;
  /** Bytes on disk, including unfinished downloads. */
  readonly size: number;
  /** Commits that have files. */
  readonly revisions: readonly string[];
}

/** Models in the cache, by name; empty if there is no cache. Anything that is not laid out as a model is ignored. */
export async function listCached(hub: HubEnvironment = hubEnvironment()): Promise<CachedModelInfo[]> {
  const folders = (await namesIn(hub.cache)).filter((name) => /^models--[^-]/.test(name)).sort();
  const models = folders.map(async (folder) => {
    const blobs = (await namesIn(join(hub.cache, folder, 'blobs'))).map((name) =>
      join(hub.cache, folder, 'blobs', name),
    );
    const sizes = await Promise.all(blobs.map(sizeOf));
    return {
      id: folder.slice('models--'.length).replaceAll('--', '/'),
      size: sizes.reduce((sum, size) => sum + size, 0),
      revisions: await namesIn(join(hub.cache, folder, 'snapshots')),
    };
  });
  return (await Promise.all(models)).filter(({ revisions }) => revisions.length > 0);
}

const namesIn = (folder: string): Promise<string[]> => readdir(folder).catch(() => []);

/**
 * Fetches a model, or the newer commit of its branch if there is one.
 * @throws PhotoGuardError like {@link resolveModel}
 */
export const pullModel = (ref: string, options: ResolveOptions = {}): Promise<ResolvedModel> =>
  resolveModel(ref, { ...options, refresh: true });

/** The result of a check. */
export interface CheckedModel {
  readonly ref: string;
  readonly folder: string;
  readonly architecture: string;
  readonly latentChannels: number;
  readonly tensors: number;
  /** Tensors that the architecture does not use. */
  readonly unused: readonly string[];
}

/**
 * Checks a model on disk: hashes of its files, all weights of the configuration with their shapes, no NaN and no
 * infinity; for an editor, all parts.
 * @throws PhotoGuardError for the first problem
 */
export async function checkModel(ref: string, hub: HubEnvironment = hubEnvironment()): Promise<CheckedModel> {
  const { folder } = await resolveModel(ref, { hub: { ...hub, offline: true } });
  if (ref === EMBEDDED.ref) await checkEmbedded();
  if ((await stat(folder)).isDirectory()) await checkBlobs(folder);
  if (await hasSurrogates(folder)) return checkSurrogates(ref, folder);
  const { autoencoder, checkpoint } = await loadAutoencoder(folder);
  const unused = unusedWeights(autoencoder, checkpoint);
  await checkpoint.checkFinite();
  for (const part of await editorParts(folder)) await part.checkFinite();
  return {
    ref,
    folder,
    architecture: autoencoder.architecture,
    latentChannels: autoencoder.latentChannels,
    tensors: checkpoint.names().length,
    unused,
  };
}

// Every network with all its spaces; channels are those of all spaces together.
async function checkSurrogates(ref: string, folder: string): Promise<CheckedModel> {
  const unused: string[] = [];
  let [architecture, tensors, latentChannels] = ['', 0, 0];
  for (const { name, surrogate, checkpoint } of await loadSurrogates(folder)) {
    unused.push(...unusedSurrogateWeights(surrogate, checkpoint).map((weight) => `${name}/${weight}`));
    await checkpoint.checkFinite();
    architecture = surrogate.architecture;
    tensors += checkpoint.names().length;
    latentChannels = surrogate.spaces.reduce((sum, encoder) => sum + encoder.latentChannels, 0);
  }
  return { ref, folder, architecture, latentChannels, tensors, unused };
}

// Weights of an editor's other parts, if present: an autoencoder alone has no index.
async function editorParts(folder: string): Promise<Checkpoint[]> {
  const file = join(folder, 'model_index.json');
  const index = (await exists(file)) ? await readJson(file) : undefined;
  if (index === undefined || !isRunnable(index)) return [];
  await loadPipeline(folder);
  const texts = listTextFolders(index).map(({ encoder }) => loadTextEncoder(join(folder, encoder)));
  const parts = await Promise.all([loadUNet(folder), ...texts]);
  return parts.map(({ checkpoint }) => checkpoint);
}

// Files in the cache are links to blobs named by their hash. Other links say nothing.
async function checkBlobs(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isSymbolicLink()) continue;
    const path = join(entry.parentPath, entry.name);
    const blob = await realpath(path).catch(() => undefined);
    const hash = basename(blob ?? '');
    if (blob !== undefined && !/^([0-9a-f]{40}|[0-9a-f]{64})$/.test(hash)) continue;
    if (blob === undefined || !(await fileMatches(blob, { size: (await stat(blob)).size, hash })))
      throw new PhotoGuardError('integrity', `${path}: the content does not have its hash`, {
        hint: 'delete the file that it links to, and pull the model again',
      });
  }
}
