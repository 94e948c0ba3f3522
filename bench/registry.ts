// How many look-ups a second the registry's index answers, from a hundred thousand hashes to ten million: in memory, by one
// core and by two processes at once, with what it takes and whether it finds what comparing with every hash finds; and in PostgreSQL.
import { findPostgres } from '../tests/service/databases.ts';
import { measureMemory, measureProcesses } from './registry/in-memory.ts';
import { measurePostgres } from './registry/in-postgres.ts';
import type { BenchContext, BenchRow } from './support/bench.ts';

/** For the list of benches. */
export const about =
  'look-ups a second among 10^5, 10^6 and 10^7 hashes, and recall against brute force (PHOTOGUARD_LIMIT hashes at most; PHOTOGUARD_INDEX=memory, processes or database for one alone: in memory, by two processes at once, and to 10^6 in PostgreSQL where it is installed; 6 minutes, 4 GB)';

const SIZES = [1e5, 1e6, 1e7];
/** Hashes in PostgreSQL at most. */
const IN_SQL = 1e6;

/** Runs the bench. */
export async function bench({ log }: BenchContext): Promise<BenchRow[]> {
  const most = Number(process.env.PHOTOGUARD_LIMIT ?? Number.POSITIVE_INFINITY);
  const sizes = SIZES.filter((size) => size <= most);
  const wanted = (index: string): boolean => (process.env.PHOTOGUARD_INDEX ?? index) === index;
  const rows: BenchRow[] = [];
  if (wanted('memory')) rows.push(...sizes.flatMap((size) => measureMemory(size, log)));
  if (wanted('processes')) for (const size of sizes) rows.push(...(await measureProcesses(size, log)));
  if (!wanted('database')) return rows;
  const programs = findPostgres();
  if (!programs) {
    log('PostgreSQL is not installed: its index is left out');
    return rows;
  }
  const inSql = sizes.filter((size) => size <= IN_SQL);
  return [...rows, ...(await measurePostgres(programs, inSql, log))];
}
