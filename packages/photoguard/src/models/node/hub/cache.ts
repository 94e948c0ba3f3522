// The cache as Python's huggingface_hub lays it out, so that both share their downloads:
//   models--org--name/refs/<revision>            the commit of a branch or tag
//   models--org--name/blobs/<hash>               contents
//   models--org--name/snapshots/<commit>/<path>  links to the blobs
import { randomBytes } from 'node:crypto';
import { copyFile, mkdir, readFile, rename, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { getRepoFolderName } from '@huggingface/hub';
import { diskError } from './disk-error.ts';
import { discard, tidyPartials } from './partial.ts';

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

  /** Cleans up unfinished downloads of killed processes. */
  tidy(): Promise<void> {
    return tidyPartials(join(this.folder, 'blobs'));
  }

  /** The snapshot of a commit. */
  snapshot(commit: string): string {
    return join(this.folder, 'snapshots', commit);
  }

  /** The commit of a revision when it was last looked up; a full commit is returned as it is. */
  async findCommit(revision: string): Promise<string | undefined> {
    if (/^[0-9a-f]{40}$/.test(revision)) return revision;
    const text = await readFile(join(this.folder, 'refs', revision), 'utf8').catch(() => '');
    return /^[\w-]+$/.test(text.trim()) ? text.trim() : undefined;
  }

  /** Remembers the commit of a branch or tag. @throws PhotoGuardError `no-space`, `unwritable` */
  async rememberCommit(revision: string, commit: string): Promise<void> {
    if (revision !== commit) await put(join(this.folder, 'refs', revision), (path) => writeFile(path, commit));
  }

  /** Makes a snapshot's file refer to a blob. @throws PhotoGuardError `no-space`, `unwritable` */
  async link(commit: string, path: string, hash: string): Promise<void> {
    const target = join(this.snapshot(commit), path);
    await put(target, (temporary) =>
      symlink(relative(dirname(target), this.blob(hash)), temporary).catch((error: { code?: unknown }) => {
        // If links are not allowed (on some Windows and network drives), it is a copy, as in Python.
        if (!['EPERM', 'ENOSYS', 'ENOTSUP'].includes(String(error.code))) throw error;
        return copyFile(this.blob(hash), temporary);
      }),
    );
  }
}

// Creates something next to its destination, then moves it there in one step.
async function put(target: string, make: (temporary: string) => Promise<void>): Promise<void> {
  const temporary = `${target}.${randomBytes(4).toString('hex')}.tmp`;
  try {
    await mkdir(dirname(target), { recursive: true });
    await make(temporary);
    await rename(temporary, target);
  } catch (cause) {
    await discard(temporary);
    throw diskError(cause, target);
  }
}
