// One file of a model into the cache. It is written beside its place under another name, goes on where a broken
// connection left it, and takes its name only after size and hash were found right.
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, open, readdir, rename, stat, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { PhotoGuardError } from '../../errors.ts';
import type { HubEnvironment } from './environment.ts';
import { hubFetch, mayPass, PATIENCE, type Patience, pauseFor } from './fetch.ts';
import { type Expected, fileMatches } from './hash.ts';

/** How far a download is. */
export interface DownloadProgress {
  readonly file: string;
  /** Bytes so far, with those of an earlier attempt. */
  readonly received: number;
  readonly total: number;
}

/** The little of a file that a download writes through; tests put a full disk there. */
export interface Sink {
  write(bytes: Uint8Array): Promise<unknown>;
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** What a download needs. */
export interface DownloadOptions {
  readonly url: string;
  /** For messages. */
  readonly file: string;
  /** Where the content belongs. */
  readonly target: string;
  readonly expected: Expected;
  readonly hub: HubEnvironment;
  readonly onProgress?: (progress: DownloadProgress) => void;
  readonly signal?: AbortSignal;
  readonly patience?: Patience;
  /** Opens a file to append to. */
  readonly openSink?: (path: string) => Promise<Sink>;
}

/**
 * Downloads a file unless it is there.
 * @throws PhotoGuardError `integrity` for content of the wrong size or hash, `no-space`, and those of the network
 */
export async function download(options: DownloadOptions): Promise<void> {
  const { target, expected, patience = PATIENCE, file } = options;
  if (existsSync(target)) return;
  await mkdir(dirname(target), { recursive: true });
  const partial = await claimPartial(target);
  try {
    for (let attempt = 1; ; attempt++) {
      try {
        await fetchRest(options, partial);
        break;
      } catch (error) {
        if (attempt >= patience.attempts || !mayPass(error)) throw error;
        await pauseFor(patience.pause * 2 ** (attempt - 1), options.signal);
      }
    }
    if (!(await fileMatches(partial, expected))) {
      const { size } = await stat(partial);
      await unlink(partial);
      throw new PhotoGuardError('integrity', `${file}: the download is not what the hub announced`, {
        got: size === expected.size ? 'another hash' : `${size} of ${expected.size} bytes`,
        hint: 'nothing was kept; try again',
      });
    }
    await rename(partial, target);
  } catch (error) {
    await release(partial, target);
    throw error;
  }
}

// A partial file has one owner: it is claimed by renaming, so two processes never write to one. What a former attempt
// left is claimed first, so that its bytes are not fetched again.
async function claimPartial(target: string): Promise<string> {
  const mine = `${target}.${randomBytes(4).toString('hex')}.part`;
  await rename(`${target}.incomplete`, mine).catch(() => undefined);
  return mine;
}

// What has come so far waits under the common name; the larger one stays if two did.
async function release(partial: string, target: string): Promise<void> {
  const size = (path: string): Promise<number> =>
    stat(path).then(
      (s) => s.size,
      () => -1,
    );
  const common = `${target}.incomplete`;
  if ((await size(partial)) > (await size(common))) await rename(partial, common).catch(() => undefined);
  else await unlink(partial).catch(() => undefined);
}

async function fetchRest(options: DownloadOptions, partial: string): Promise<void> {
  const { url, expected, hub, signal, file, onProgress, patience } = options;
  let received = await stat(partial).then(
    (s) => s.size,
    () => 0,
  );
  if (received > expected.size) {
    await unlink(partial);
    received = 0;
  }
  if (received === expected.size) return;
  const init: RequestInit = {
    ...(signal && { signal }),
    headers: received > 0 ? { range: `bytes=${received}-` } : {},
  };
  const response = await hubFetch(url, init, hub, patience);
  if (received > 0 && response.status !== 206) {
    await unlink(partial); // the server sends the whole file
    received = 0;
  }
  const sink = await (options.openSink ?? ((path: string) => open(path, 'a')))(partial);
  try {
    for await (const chunk of response.body ?? []) {
      await sink.write(chunk as Uint8Array);
      received += (chunk as Uint8Array).length;
      onProgress?.({ file, received, total: expected.size });
      if (received > expected.size) break;
    }
    await sink.sync();
  } catch (cause) {
    throw streamError(cause, file, signal);
  } finally {
    await sink.close();
  }
  if (received < expected.size)
    throw new PhotoGuardError('network', `${file}: the connection broke`, {
      got: `${received} of ${expected.size} bytes`,
    });
}

function streamError(cause: unknown, file: string, signal?: AbortSignal): PhotoGuardError {
  if (signal?.aborted) return new PhotoGuardError('aborted', 'stopped on request');
  const code = (cause as { code?: unknown } | null)?.code;
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new PhotoGuardError('no-space', `${file}: the disk is full`, {
      cause,
      hint: 'free some space, or move HF_HOME',
    });
  return new PhotoGuardError('network', `${file}: the connection broke`, {
    cause,
    hint: 'run it again: it goes on from there',
  });
}

/** Unfinished downloads of a model's folder. */
export async function unfinished(folder: string): Promise<string[]> {
  const names = await readdir(join(folder, 'blobs')).catch(() => []);
  return names.filter((name) => /\.(incomplete|part)$/.test(name)).map((name) => basename(name));
}
