// A short run of the bench of faults: each once, while photos are sent; every photo is done, once, and nothing is left.
import { expect, it } from 'vitest';
import { findPostgres } from '../../tests/service/databases.ts';
import { measureFaults } from './faults.ts';

it.skipIf(!findPostgres())(
  'each fault once, on PostgreSQL, loses nothing and does nothing twice',
  async () => {
    const told: string[] = [];
    const rows = await measureFaults(1, (line) => told.push(line), { inHand: 2 });
    expect(rows.filter(({ goal }) => goal !== null)).toHaveLength(4);
    expect(
      rows.filter(({ meets }) => meets === false),
      told.join('\n'),
    ).toEqual([]);
  },
  300_000,
);
