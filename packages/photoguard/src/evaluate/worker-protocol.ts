// Messages between the main thread and a worker.
import type { ErrorCode } from '../errors.ts';
import type { ResultLine } from './results.ts';

/** To a worker. */
export type ToWorker =
  | { readonly type: 'photo'; readonly photo: number; readonly done: readonly string[] }
  | { readonly type: 'stop' };

/** From a worker. */
export type FromWorker =
  | { readonly type: 'ready' }
  | { readonly type: 'cell'; readonly key: string; readonly lines: readonly ResultLine[] }
  | { readonly type: 'photo-done'; readonly photo: number }
  | { readonly type: 'photo-failed'; readonly photo: number; readonly failure: Failure }
  /** The worker cannot go on. */
  | { readonly type: 'failed'; readonly failure: Failure };

/** An error on its way between threads. */
export interface Failure {
  readonly code: ErrorCode | 'internal';
  readonly message: string;
}
