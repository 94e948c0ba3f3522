// Workers in parallel: each takes the next photo when it has finished one. Cells are passed on one at a time, in the
// order in which they arrive.
import { Worker } from 'node:worker_threads';
import { PhotoGuardError } from '../errors.ts';
import type { WorkerSetup } from './photo-worker.ts';
import type { ResultLine } from './results.ts';
import type { Failure, FromWorker, ToWorker } from './worker-protocol.ts';

/** Options of a pool. */
export interface PoolOptions {
  readonly setup: WorkerSetup;
  readonly workers: number;
  /** Indexes of the photos to work on. */
  readonly photos: readonly number[];
  /** Keys of cells that are done. */
  readonly done: (photo: number) => readonly string[];
  /** Takes a cell; the next one waits for it. */
  readonly onCell: (key: string, lines: readonly ResultLine[]) => Promise<void>;
  readonly onPhotoFailed: (photo: number, failure: Failure) => void;
  readonly signal: AbortSignal;
}

/** Processes all photos. @throws PhotoGuardError `aborted`, or the error that ended a worker */
export async function runPool(options: PoolOptions): Promise<void> {
  const { workers, photos, signal } = options;
  const queue = [...photos];
  const writing = serially();
  const stop = new AbortController();
  const any = AbortSignal.any([signal, stop.signal]);
  const count = Math.min(workers, photos.length);
  const ends = Array.from({ length: count }, () => runWorker(options, queue, writing, any));
  // The first failure stops the other workers; all are awaited, so that no process is left.
  const results = await Promise.allSettled(
    ends.map((end) =>
      end.catch((error: unknown) => {
        stop.abort();
        throw error;
      }),
    ),
  );
  if (signal.aborted) throw new PhotoGuardError('aborted', 'stopped on request');
  const reasons = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
  const first =
    reasons.find((reason) => !(reason instanceof PhotoGuardError && reason.code === 'aborted')) ?? reasons[0];
  if (first !== undefined) throw first;
}

function runWorker(
  { setup, done, onCell, onPhotoFailed }: PoolOptions,
  queue: number[],
  writing: (work: () => Promise<void>) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const source = import.meta.url.endsWith('.ts');
    const worker = new Worker(new URL(source ? './worker.ts' : './worker.js', import.meta.url), {
      workerData: setup,
      ...(source && { execArgv: ['--conditions=source'] }),
    });
    const say = (message: ToWorker): void => worker.postMessage(message);
    let failure: unknown;
    const end = (error?: unknown): void => {
      failure ??= error;
      say({ type: 'stop' });
    };
    const next = (): void => {
      const photo = queue.shift();
      if (photo === undefined || failure !== undefined) end();
      else say({ type: 'photo', photo, done: done(photo) });
    };
    const aborted = (): void => end(new PhotoGuardError('aborted', 'stopped on request'));
    signal.addEventListener('abort', aborted, { once: true });
    worker.on('message', (message: FromWorker) => {
      switch (message.type) {
        case 'ready':
          if (!signal.aborted) next();
          break;
        case 'cell':
          writing(() => onCell(message.key, message.lines)).catch(end);
          break;
        case 'photo-failed':
          onPhotoFailed(message.photo, message.failure);
          next();
          break;
        case 'photo-done':
          next();
          break;
        case 'failed':
          end(toError(message.failure));
      }
    });
    worker.on('error', (error) => {
      failure ??= error;
    });
    worker.on('exit', () => {
      signal.removeEventListener('abort', aborted);
      // Its last messages may still be on their way to the disk.
      writing(async () => undefined).then(() => (failure === undefined ? resolve() : reject(failure)), reject);
    });
    if (signal.aborted) aborted();
  });
}

const toError = ({ code, message }: Failure): Error =>
  code === 'internal' ? new Error(message) : new PhotoGuardError(code, message);

// One after the other, in the order of the calls.
function serially(): (work: () => Promise<void>) => Promise<void> {
  let last: Promise<void> = Promise.resolve();
  return (work) => {
    const mine = last.catch(() => undefined).then(work);
    last = mine;
    return mine;
  };
}
