// The registry's index in PostgreSQL: more and more hashes in one table.
import { PDQ_THRESHOLD } from 'photoguard/hash';
import { migrate } from '../../apps/service/src/database/migrate.ts';
import { openPostgres } from '../../apps/service/src/database/postgres.ts';
import { findNear, makeSqlIndex } from '../../apps/service/src/registry/sql-index.ts';
import { startPostgres } from '../../tests/service/databases.ts';
import { type BenchRow, row } from '../support/bench.ts';
import { randomBytes, withChanged } from './hashes.ts';

const LOOKUPS = 200;

/** Measures it. @param programs of PostgreSQL */
export async function measurePostgres(
  programs: string,
  sizes: readonly number[],
  log: (line: string) => void,
): Promise<BenchRow[]> {
  const server = await startPostgres(programs);
  const database = openPostgres(server.make('registry'));
  try {
    await migrate(database);
    await makeSqlIndex(database);
    const rows: BenchRow[] = [];
    let filled = 0;
    for (const size of sizes) {
      const began = performance.now();
      await database.query(
        `insert into photoguard.registry (tenant, hash, statement)
         select 'bench', decode(md5('a' || i) || md5('b' || i), 'hex'), '{}' from generate_series($1::int, $2::int) as i`,
        [filled + 1, size],
      );
      await database.query('vacuum analyze photoguard.registry');
      const seconds = (performance.now() - began) / 1000;
      log(`${size} hashes in PostgreSQL after ${seconds.toFixed(1)} s more`);
      const near = await database.query<{ hash: Uint8Array }>(
        'select hash from photoguard.registry where id % $1 = 0 order by id limit $2',
        [Math.max(1, Math.floor(size / LOOKUPS)), LOOKUPS],
      );
      const random = randomBytes(3);
      const queries = near.map(({ hash }) => withChanged(hash, random));
      const lookUp = (query: Uint8Array) => findNear(database, query, { most: PDQ_THRESHOLD, limit: 100 });
      for (const query of queries.slice(0, 20)) await lookUp(query);
      const started = performance.now();
      let found = 0;
      for (const query of queries) found += (await lookUp(query)).length;
      const perSecond = queries.length / ((performance.now() - started) / 1000);
      const [{ bytes }] = (await database.query<{ bytes: string }>(
        "select pg_total_relation_size('photoguard.registry')::text as bytes",
      )) as [{ bytes: string }];
      const name = `10^${Math.log10(size)} hashes in PostgreSQL`;
      rows.push(
        row(`look-ups a second, one after the other, ${name}`, perSecond),
        row(`found of those that were changed in 31 bits, ${name}`, found / queries.length, { goal: { atLeast: 1 } }),
        row(`table and indexes, GB, ${name}`, Number(bytes) / 1e9),
        row(`seconds to fill it with ${size - filled} more, ${name}`, seconds),
      );
      filled = size;
    }
    return rows;
  } finally {
    await database.close();
    await server.stop();
  }
}
