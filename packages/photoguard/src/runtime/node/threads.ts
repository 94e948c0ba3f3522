// How many threads an operator may use where the caller does not say: one per core, or what the environment says. Threads
// that wait for each other compute too (ONNX Runtime spins), so where cores are shared, fewer threads are often faster.
import { availableParallelism } from 'node:os';
import { PhotoGuardError } from '../../errors.ts';

const NAME = 'PHOTOGUARD_THREADS';

/** @throws PhotoGuardError `usage` for something else than a number from 1 */
export function defaultThreads(env: Readonly<Record<string, string | undefined>> = process.env): number {
  const asked = env[NAME];
  if (asked === undefined || asked === '') return availableParallelism();
  if (/^[1-9]\d{0,3}$/.test(asked)) return Number(asked);
  throw new PhotoGuardError('usage', `${NAME} must be a number of threads, from 1`, { got: asked });
}
