/*
 * Reading a photo's file. Only regular files of sensible size are read: a directory, a pipe or /dev/zero gives one
 * clear error instead of hanging.
 */
import { readFile, stat } from 'node:fs/promises';
import { PhotoGuardError } from '../../errors.ts';

const MAX_BYTES = 2 ** 31;

/**
 * All bytes of a file.
 *
 * @throws PhotoGuardError `input` when there is no such file, it is no regular file, or it may not be read; `image`
 *   when it is empty or above 2 GiB
 */
export async function readPhotoFile(path: string): Promise<Uint8Array> {
  try {
    const status = await stat(path);
    if (!status.isFile()) throw new PhotoGuardError('input', 'a photo is a regular file', { got: nameKind(status) });
    if (status.size > MAX_BYTES) {
      throw new PhotoGuardError('image', 'the file is above 2 GiB', { got: `${status.size} bytes` });
    }
    return await readFile(path);
  } catch (cause) {
    if (cause instanceof PhotoGuardError) throw cause;
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
    const isMissing = code === 'ENOENT' || code === 'ENOTDIR';
    const what = isMissing ? 'there is no such file' : 'the file cannot be read';
    throw new PhotoGuardError('input', what, { got: code, cause, ...(isMissing && notUtf8(path)) });
  }
}

// Node passes names as text: bytes that are not UTF-8 become U+FFFD, and no path leads back to the file.
const notUtf8 = (path: string): { hint: string } | undefined =>
  path.includes('\ufffd')
    ? { hint: 'its name has bytes that are not UTF-8, which Node cannot open: rename it' }
    : undefined;

function nameKind(status: { isDirectory(): boolean; isFIFO(): boolean }): string {
  return status.isDirectory() ? 'a directory' : status.isFIFO() ? 'a pipe' : 'a device or socket';
}
