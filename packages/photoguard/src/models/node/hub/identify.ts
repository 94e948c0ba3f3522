// By what a model can be known again elsewhere: the commit of one of the hub, the hash of its weights of any other.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { basename, resolve } from 'node:path';
import { shardPaths } from '../open-checkpoint.ts';
import { partFolder } from '../part-folder.ts';
import { findWeightFile } from '../weight-files.ts';
import { parseReference } from './reference.ts';
import { type ResolveOptions, resolveModel } from './resolve.ts';

/** What tells a model apart, and nothing of the machine that it is on. */
export interface ModelIdentity {
  /** Hub id; of a folder or file the last part of its path. */
  readonly ref: string;
  /** Commit of a model of the hub. */
  readonly revision?: string;
  /** SHA-256 of the autoencoder's weights, for a model of no hub; hex. Of an editor too: it is what sees the photo first. */
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
  const file = await findWeightFile(await partFolder(path, 'vae'));
  return file.endsWith('.json') ? shardPaths(file) : [file];
}

async function hashFiles(files: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const file of files) for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
