import { availableParallelism } from 'node:os';
import { expect, it } from 'vitest';
import { defaultThreads } from './threads.ts';

it('threads are one per core, or as many as the environment says', () => {
  expect(defaultThreads({})).toBe(availableParallelism());
  expect(defaultThreads({ PHOTOGUARD_THREADS: '' })).toBe(availableParallelism());
  expect(defaultThreads({ PHOTOGUARD_THREADS: '12' })).toBe(12);
  for (const wrong of ['0', '-1', '1.5', 'two'])
    expect(() => defaultThreads({ PHOTOGUARD_THREADS: wrong })).toThrow(
      `PHOTOGUARD_THREADS must be a number of threads, from 1 (got ${wrong})`,
    );
});
