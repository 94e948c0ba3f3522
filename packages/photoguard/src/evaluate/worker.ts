// A worker thread of an evaluation: takes photos from the main thread and returns cells. It runs the editor and the
// attacks, in separate processes, and measures edits itself, so that the main thread stays free.
import { parentPort, workerData } from 'node:worker_threads';
import { PhotoGuardError } from '../errors.ts';
import { PhotoWorker, type WorkerSetup } from './photo-worker.ts';
import type { Failure, FromWorker, ToWorker } from './worker-protocol.ts';

const stop = new AbortController();
const say = (message: FromWorker): void => parentPort!.postMessage(message);

const describeFailure = (error: unknown): Failure =>
  error instanceof PhotoGuardError
    ? { code: error.code, message: error.message }
    : { code: 'internal', message: error instanceof Error ? (error.stack ?? error.message) : String(error) };

/** Errors that end the worker instead of one photo: the processes are gone, or the disk is full. */
const FATAL: ReadonlySet<string> = new Set(['device', 'memory', 'aborted', 'no-space', 'unwritable']);

try {
  const worker = await PhotoWorker.open(workerData as WorkerSetup);
  let queue = Promise.resolve();
  const work = async ({ photo, done }: ToWorker & { type: 'photo' }): Promise<void> => {
    try {
      await worker.photo(photo, new Set(done), (key, lines) => say({ type: 'cell', key, lines }), stop.signal);
      say({ type: 'photo-done', photo });
    } catch (error) {
      const failure = describeFailure(error);
      if (FATAL.has(failure.code)) say({ type: 'failed', failure });
      else say({ type: 'photo-failed', photo, failure });
    }
  };
  parentPort!.on('message', (message: ToWorker) => {
    if (message.type === 'photo') queue = queue.then(() => work(message));
    else {
      stop.abort();
      void queue.then(() => worker.close()).then(() => parentPort!.close());
    }
  });
  say({ type: 'ready' });
} catch (error) {
  say({ type: 'failed', failure: describeFailure(error) });
}
