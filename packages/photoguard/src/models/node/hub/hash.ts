// The hub's hashes of content: SHA-256 for large files (LFS), git's SHA-1 of a blob for small ones.
import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';

/** The expected content of a file. */
export interface Expected {
  readonly size: number;
  /** Hex: SHA-256 (64 digits) or git's SHA-1 (40 digits). */
  readonly hash: string;
}

/** A hash of the same kind as an expected one. */
export function makeHash({ hash, size }: Expected): Hash {
  if (hash.length === 64) return createHash('sha256');
  return createHash('sha1').update(`blob ${size}\0`);
}

/** Whether a file has the expected content. */
export async function fileMatches(path: string, expected: Expected): Promise<boolean> {
  const hasher = makeHash(expected);
  let size = 0;
  for await (const chunk of createReadStream(path)) {
    hasher.update(chunk as Buffer);
    size += (chunk as Buffer).length;
  }
  return size === expected.size && hasher.digest('hex') === expected.hash;
}
