// Downloads one file of a model into the cache. It is written next to its destination under another name, resumes where
// a broken connection stopped, and gets its name only after its size and hash were checked.
import { mkdir, open, rename, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { PhotoGuardError } from '../../../errors.ts';
import { diskError } from './disk-error.ts';
import type { DownloadOptions, Sink } from './download-options.ts';
import { PATIENCE, pauseFor } from './fetch.ts';
import { fetchRest } from './fetch-rest.ts';
import { fileMatches } from './hash.ts';
import { claimPartial, discard, releasePartial, sizeOf } from './partial.ts';

/** New bytes that reset the count of broken connections. */
const PROGRESS_BYTES = 65_536;

/**
 * Downloads a file unless it exists.
 * @throws PhotoGuardError `integrity` for content of the wrong size or hash, `no-space`, `unwritable`, `aborted`, and
 * those of the network
 */
export async function download(options: DownloadOptions): Promise<void> {
  const { target, expected, file } = options;
  // A blob got its name after it was checked; a different size means that it was truncated later.
  if ((await stat(target).catch(() => undefined))?.size === expected.size) return;
  await mkdir(dirname(target), { recursive: true }).catch((cause: unknown) => {
    throw diskError(cause, dirname(target));
  });
  const partial = await claimPartial(target);
  try {
    const resumed = (await sizeOf(partial)) > 0;
    let whole = await fetchAndCheck(options, partial);
    // The data from an earlier attempt may be bad: try once more, from the start.
    if (!whole && resumed) whole = await fetchAndCheck(options, partial);
    if (!whole)
      throw new PhotoGuardError('integrity', `${file}: the download is not what the hub announced`, {
        got: 'a different size or hash',
        hint: 'nothing was kept; try again; if it happens again, the server or the connection alters files',
      });
    await rename(partial, target).catch((cause: unknown) => {
      throw diskError(cause, target);
    });
  } catch (error) {
    await releasePartial(partial, target);
    throw error;
  }
}

async function fetchAndCheck(options: DownloadOptions, partial: string): Promise<boolean> {
  await fetchAll(options, partial);
  const whole = await fileMatches(partial, options.expected);
  if (!whole) await discard(partial);
  return whole;
}

// Continues after broken connections. They are counted from the last real progress: a long download over a bad line
// takes many attempts, but one without progress ends.
async function fetchAll(options: DownloadOptions, partial: string): Promise<void> {
  const { patience = PATIENCE, signal, openSink = appendTo } = options;
  for (let failures = 0, reached = await sizeOf(partial); ; ) {
    const broken = await fetchRest({ ...options, openSink }, partial);
    if (!broken) return;
    const size = await sizeOf(partial);
    failures = size >= reached + PROGRESS_BYTES ? 1 : failures + 1;
    reached = Math.max(size, reached);
    if (failures >= patience.attempts) throw broken;
    await pauseFor(patience.pause * 2 ** (failures - 1), signal);
  }
}

async function appendTo(path: string): Promise<Sink> {
  const file = await open(path, 'a');
  return {
    write: (bytes) => file.appendFile(bytes), // unlike write, never a part of them only
    sync: () => file.sync(),
    close: () => file.close(),
  };
}
