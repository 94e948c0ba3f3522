// The files of a repository of the hub at a revision, checked, because a server's paths and hashes become file names
// here.
import { HubApiError, listFiles, modelInfo } from '@huggingface/hub';
import * as z from 'zod/mini';
import { PhotoGuardError } from '../../../errors.ts';
import { matching, object, quoted } from '../../../validate/index.ts';
import type { HubEnvironment } from './environment.ts';
import { hubFetch, type Patience } from './fetch.ts';
import type { Expected } from './hash.ts';

/** The files of a commit, by path. */
export interface RepositoryListing {
  readonly commit: string;
  readonly files: ReadonlyMap<string, Expected>;
}

/**
 * Asks the hub for the commit of a revision and its files.
 * @throws PhotoGuardError those of the network; `network` for an answer that makes no sense
 */
export async function listRepository(
  id: string,
  revision: string,
  hub: HubEnvironment,
  { signal, patience }: { signal?: AbortSignal; patience?: Patience },
): Promise<RepositoryListing> {
  // hubFetch adds the token: the library would refuse tokens of mirrors, which begin differently.
  const get = (url: string | URL | Request, init?: RequestInit): Promise<Response> =>
    hubFetch(String(url), { ...init, ...(signal && { signal }) }, hub, patience);
  const request = { hubUrl: hub.endpoint, fetch: get };
  const files = new Map<string, Expected>();
  try {
    const { sha } = await modelInfo({ name: id, revision, additionalFields: ['sha'], ...request });
    if (!z.safeParse(COMMIT, sha).success) throw senseless(`commit ${quoted(sha)}`);
    for await (const { type, path, size, oid, lfs } of listFiles({
      repo: id,
      revision: sha,
      recursive: true,
      ...request,
    })) {
      if (type !== 'file') continue;
      const listed = z.safeParse(FILE, { path, size: lfs?.size ?? size, hash: lfs?.oid ?? oid });
      if (!listed.success)
        throw senseless(
          `${quoted(path)} of ${quoted(lfs?.size ?? size)} bytes and hash ${quoted(lfs?.oid ?? oid)}`,
          listed.error,
        );
      files.set(listed.data.path, { size: listed.data.size, hash: listed.data.hash });
    }
    return { commit: sha, files };
  } catch (error) {
    if (error instanceof PhotoGuardError) throw error;
    if (signal?.aborted) throw new PhotoGuardError('aborted', 'stopped on request');
    throw senseless(error instanceof HubApiError ? `HTTP ${error.statusCode}` : quoted(String(error)), error);
  }
}

const COMMIT = matching(/^[\w-]+$/, 'a commit');
const FILE = object({
  path: z.string(),
  size: z.int().check(z.nonnegative()),
  hash: matching(/^([0-9a-f]{40}|[0-9a-f]{64})$/, 'a hash'),
});

const senseless = (got: string, cause?: unknown): PhotoGuardError =>
  new PhotoGuardError('network', 'the hub gave an answer that makes no sense', {
    got,
    hint: 'check HF_ENDPOINT: is there a hub?',
    cause,
  });
