// Waits for something that several callers share: one caller's signal must not stop it for the others.
import { PhotoGuardError } from '../errors.ts';

/** The error for a caller whose signal fired. */
export const stopped = (): PhotoGuardError => new PhotoGuardError('aborted', 'stopped on request');

/** The promise's outcome. @throws PhotoGuardError `aborted` once the signal fires; the promise goes on */
export function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(stopped());
    if (signal.aborted) return abort();
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
