// One request for the missing part of a file, appended to it. Errors of the disk and of the network are kept apart,
// since only the latter can go away.
import { PhotoGuardError } from '../../../errors.ts';
import { diskError } from './disk-error.ts';
import type { DownloadOptions, Sink } from './download-options.ts';
import { hubFetch, PATIENCE } from './fetch.ts';
import { discard, sizeOf } from './partial.ts';

const OK = 200;
const RANGE_NOT_SATISFIABLE = 416;
const PARTIAL_CONTENT = 206;

type RestOptions = DownloadOptions & Required<Pick<DownloadOptions, 'openSink'>>;

/**
 * Fetches the rest of a file.
 * @returns undefined when everything was sent; an error if the connection broke and another attempt may help
 * @throws PhotoGuardError of the disk, or if another attempt would not help
 */
export async function fetchRest(options: RestOptions, partial: string): Promise<PhotoGuardError | undefined> {
  const { url, expected, hub, signal, patience = PATIENCE, openSink, file } = options;
  let received = await sizeOf(partial);
  if (received > expected.size) {
    await discard(partial);
    received = 0;
  }
  if (received === expected.size && received > 0) return undefined;
  const stop = new AbortController();
  const both = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
  // No compression: ranges count the bytes that are sent.
  const headers = { 'accept-encoding': 'identity', ...(received > 0 && { range: `bytes=${received}-` }) };
  const response = await hubFetch(url, { signal: both, headers }, hub, patience, [RANGE_NOT_SATISFIABLE]);
  const goesOn =
    response.status === PARTIAL_CONTENT && response.headers.get('content-range')?.startsWith(`bytes ${received}-`);
  if (!goesOn) await discard(partial);
  if (!goesOn && response.status !== OK) {
    await response.body?.cancel();
    return new PhotoGuardError('network', `${file}: the server did not continue at the requested position`, {
      got: `HTTP ${response.status}`,
      hint: 'try again later',
    });
  }
  const sink = await openSink(partial).catch((cause: unknown) => {
    stop.abort();
    throw diskError(cause, file);
  });
  try {
    return await copy(response, sink, options, goesOn ? received : 0);
  } finally {
    stop.abort(); // closes a connection that is still sending
    await sink.close().catch((cause: unknown) => {
      throw diskError(cause, file);
    });
  }
}

async function copy(
  response: Response,
  sink: Sink,
  { file, expected, onProgress, signal, patience = PATIENCE }: RestOptions,
  start: number,
): Promise<PhotoGuardError | undefined> {
  const reader = response.body?.getReader();
  let received = start;
  let broken: PhotoGuardError | undefined;
  while (reader && received <= expected.size) {
    const chunk = await within(patience.stall, reader.read()).catch((cause: unknown) => {
      if (signal?.aborted) throw new PhotoGuardError('aborted', 'stopped on request');
      broken = brokenAt(file, received, expected.size, cause);
    });
    if (!chunk?.value) break;
    await sink.write(chunk.value).catch((cause: unknown) => {
      throw diskError(cause, file);
    });
    received += chunk.value.length;
    onProgress?.({ file, received, total: expected.size });
  }
  await sink.sync().catch((cause: unknown) => {
    throw diskError(cause, file);
  });
  return broken ?? (received < expected.size ? brokenAt(file, received, expected.size) : undefined);
}

const brokenAt = (file: string, received: number, size: number, cause?: unknown): PhotoGuardError =>
  new PhotoGuardError('network', `${file}: the connection broke`, {
    got: `${received} of ${size} bytes`,
    hint: 'run it again to resume',
    cause,
  });

async function within<T>(milliseconds: number, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`nothing came for ${milliseconds} ms`)), milliseconds);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
