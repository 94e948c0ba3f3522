// The bench of the service, short: a small load, and then each fault once while photos are sent. Every photo is done, once, and
// nothing is left.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findPostgres } from '../../tests/service/databases.ts';
import type { BenchRow } from '../support/bench.ts';
import { newSeen } from './client.ts';
import { makeFaults } from './faults.ts';
import { type Fleet, startFleet } from './fleet.ts';
import { putLoad } from './load.ts';

const hasPostgres = findPostgres() !== undefined;
const seen = newSeen();
const told: string[] = [];
const log = (line: string): void => void told.push(line);
let fleet: Fleet | undefined;
beforeAll(async () => {
  if (hasPostgres) fleet = await startFleet({ workers: 2 });
}, 300_000);
afterAll(() => fleet?.stop());

/** What is counted, and must be none. */
const counts = (rows: readonly BenchRow[]): [what: string, ours: number][] =>
  rows.filter(({ goal }) => goal === '<= 0').map(({ what, ours }) => [what.split(',')[0]!, ours]);

it.skipIf(!hasPostgres)(
  'loses nothing under load, on PostgreSQL, and does nothing twice',
  async () => {
    const load = { workers: 2, jobs: 16, clients: 8, seconds: 120 };
    expect(counts(await putLoad(fleet!, seen, load, log)), told.join('\n')).toEqual([
      ['lost', 0],
      ['done twice', 0],
      ['answers that nothing explains', 0],
      ['processes that ended by themselves', 0],
    ]);
    expect(seen.results.size).toBe(16);
  },
  150_000,
);

it.skipIf(!hasPostgres)(
  'the same while each fault is made once',
  async () => {
    const rows = await makeFaults(fleet!, seen, { times: 1, inHand: 2, seconds: 200 }, log);
    expect(counts(rows), told.join('\n')).toEqual([
      ['lost', 0],
      ['done twice', 0],
      ['objects and folders left', 0],
      ['answers that nothing explains', 0],
      ['processes that ended by themselves', 0],
    ]);
  },
  300_000,
);
