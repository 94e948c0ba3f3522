// The cache as Python's huggingface_hub lays it out, so that both share their downloads:
//   models--org--name/refs/<revision>            the commit that a branch or tag stood for
//   models--org--name/blobs/<hash>               contents
//   models--org--name/snapshots/<commit>/<path>  links to the blobs

import { mkdir, readFile, rename, symlink, unlink, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { getRepoFolderName } from '@huggingface/hub';

/** One model's folder in the cache. */
export class CachedModel {
  readonly folder: string;

  constructor(cache: string, id: string) {
    this.folder = join(cache, getRepoFolderName({ name: id, type: 'model' }));
  }

  /** The blob of a hash. */
  blob(hash: string): string {
    return join(this.folder, 'blobs', hash);
  }

  /** The snapshot of a commit. */
  snapshot(commit: string): string {
    return join(this.folder, 'snapshots', commit);
  }

  /** The commit that a revision stood for when it was last asked for; a full commit stands for itself. */
  async commitOf(revision: string): Promise<string | undefined> {
    if (/^[0-9a-f]{40}$/.test(revision)) return revision;
    return readFile(join(this.folder, 'refs', revision), 'utf8').then(
      (text) => text.trim(),
      () => undefined,
    );
  }

  /** Remembers the commit of a branch or tag. */
  async rememberCommit(revision: string, commit: string): Promise<void> {
    if (revision === commit) return;
    const path = join(this.folder, 'refs', revision);
    await mkdir(dirname(path), { recursive: true });
    const temporary = `${path}.${process.pid}.part`;
    await writeFile(temporary, commit);
    await rename(temporary, path);
  }

  /** Makes a snapshot's file stand for a blob. */
  async link(commit: string, path: string, hash: string): Promise<void> {
    const target = join(this.snapshot(commit), path);
    await mkdir(dirname(target), { recursive: true });
    const temporary = `${target}.${process.pid}.link`;
    await unlink(temporary).catch(() => undefined);
    await symlink(relative(dirname(target), this.blob(hash)), temporary);
    await rename(temporary, target);
  }
}
