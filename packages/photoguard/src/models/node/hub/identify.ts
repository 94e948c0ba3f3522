// What identifies a model elsewhere: the commit for a model of the hub, the hash of its weights for any other.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { hasSurrogates, listSurrogates } from '../load-surrogates.ts';
import { shardPaths } from '../open-checkpoint.ts';
import { partFolder } from '../part-folder.ts';
import { findWeightFile } from '../weight-files.ts';
import { parseReference } from './reference.ts';
import { type ResolveOptions, resolveModel } from './resolve.ts';

/** A model's identity, with nothing about the machine. */
export interface ModelIdentity {
  /** Hub id; for a folder or file the last part of its path. */
  readonly ref: string;
  /** Commit of a model of the hub. */
  readonly revision?: string;
  /**
   * SHA-256 of the autoencoder's weights in hex, for a model that is not from the hub. Also for an editor: its
   * autoencoder is what sees the photo.
   */
  readonly sha256?: string;
}

/** The identity of a model. @throws PhotoGuardError like {@link resolveModel}; `checkpoint` for a folder without weights */
export async function identifyModel(ref: string, options: ResolveOptions = {}): Promise<ModelIdentity> {
  const reference = parseReference(ref);
  const { folder, commit } = await resolveModel(ref, options);
  if (reference.kind === 'hub' && commit !== undefined) return { ref: reference.id, revision: commit };
  const name = reference.kind === 'local' ? basename(resolve(reference.path)) : ref;
  return { ref: name, sha256: await hashFiles(await findWeights(folder)) };
}

async function findWeights(path: string): Promise<readonly string[]> {
  if (path.endsWith('.safetensors')) return [path];
  if (await hasSurrogates(path)) {
    const names = await listSurrogates(path);
    return Promise.all(names.map((name) => findWeightFile(join(path, name))));
  }
  const file = await findWeightFile(await partFolder(path, 'vae'));
  return file.endsWith('.json') ? shardPaths(file) : [file];
}

async function hashFiles(files: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const file of files) for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
