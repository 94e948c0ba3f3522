/*
 * An output file appears whole or not at all: the bytes are written to a temporary file beside it, flushed to disk, and
 * only then renamed. The original is never touched, not even through a link to it. Temporary files that a killed
 * process left are removed by the next process that writes to the folder.
 */
import { open, realpath, rename, stat, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { PhotoGuardError } from '../../errors.ts';
import { abandonedParts, partPath } from '../../part-files.ts';

/** Files that `writeWhole` must not overwrite, and the file layer that it uses (tests simulate a full disk with it). */
export interface WriteOptions {
  /** Files that must not be overwritten: the photos that are being read. */
  readonly originals?: readonly string[];
  /**
   * A file whose permissions the output gets, so that a private file stays private. Default: the usual ones for new
   * files.
   */
  readonly like?: string;
  /** Opens the temporary file; `node:fs/promises` by default. */
  readonly openFile?: (path: string) => Promise<WritableFile>;
}

/** The part of a file handle that is used here. */
export interface WritableFile {
  /** Writes all of the bytes. */
  writeFile(bytes: Uint8Array): Promise<void>;
  /** Flushes to disk. */
  sync(): Promise<void>;
  /** Closes the handle; also called after an error. */
  close(): Promise<void>;
}

/**
 * Writes a file, or replaces one of that name in one step.
 *
 * @throws PhotoGuardError `unwritable` when the output is one of `originals` (by any name or link) or cannot be written,
 *   `no-space` when the disk is full; nothing is left behind
 */
export async function writeWhole(path: string, bytes: Uint8Array, options: WriteOptions = {}): Promise<void> {
  for (const original of options.originals ?? []) {
    if (await sameFile(path, original)) {
      throw new PhotoGuardError('unwritable', 'the output would overwrite the original photo', {
        got: path,
        hint: 'give another name with -o',
      });
    }
  }
  const mode = options.like === undefined ? 0o666 : (await stat(options.like)).mode & 0o666;
  const openFile = options.openFile ?? ((name: string): Promise<WritableFile> => open(name, 'wx', mode));
  const prefix = join(dirname(path), '.photoguard-');
  for (const left of await abandonedParts(prefix)) await unlink(left).catch(() => undefined); // left by a killed process
  const temporary = partPath(prefix);
  try {
    const file = await openFile(temporary);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (cause) {
    await unlink(temporary).catch(() => undefined); // it may not exist
    throw writeError(path, cause);
  }
}

/** Whether two paths lead to one file: through symbolic links, hard links or another spelling. The paths need not exist. */
export async function sameFile(a: string, b: string): Promise<boolean> {
  const [one, other] = await Promise.all([identifyFile(a), identifyFile(b)]);
  return one.path === other.path || (one.inode !== undefined && one.inode === other.inode);
}

/** Identifies the file that a path leads to: its real path, and its inode if it exists. */
export async function identifyFile(path: string): Promise<{ readonly path: string; readonly inode?: string }> {
  try {
    const status = await stat(path, { bigint: true });
    return { path: await realpath(path), inode: `${status.dev}:${status.ino}` };
  } catch {
    const parent = await realpath(dirname(path)).catch(() => dirname(path));
    return { path: join(parent, basename(path)) };
  }
}

function writeError(path: string, cause: unknown): PhotoGuardError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new PhotoGuardError('no-space', 'the disk is full', {
      got: `${code} at ${path}`,
      hint: 'nothing was written',
      cause,
    });
  }
  const reasons: Readonly<Record<string, string>> = {
    ENOENT: 'the folder does not exist',
    ENOTDIR: 'the folder is not a folder',
    EISDIR: 'there is a folder of that name',
    EACCES: 'permission is denied',
    EPERM: 'permission is denied',
    EROFS: 'the file system is read-only',
    ENAMETOOLONG: 'the name is too long',
  };
  return new PhotoGuardError('unwritable', `the output cannot be written: ${reasons[code] ?? 'the system refused'}`, {
    got: `${code} at ${path}`,
    cause,
  });
}
