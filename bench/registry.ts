// How many look-ups a second the registry's index answers on one core, from a hundred thousand hashes to ten million, how much
// memory it takes, and whether it finds what comparing with every hash finds; and the same of the index in PostgreSQL.
import { hammingDistance, PDQ_BYTES, PDQ_THRESHOLD } from 'photoguard/hash';
import { migrate } from '../apps/service/src/database/migrate.ts';
import { openPostgres } from '../apps/service/src/database/postgres.ts';
import { HashIndex } from '../apps/service/src/registry/hash-index.ts';
import { findNear, makeSqlIndex } from '../apps/service/src/registry/sql-index.ts';
import { findPostgres, startPostgres } from '../tests/service/databases.ts';
import { type BenchContext, type BenchRow, row } from './support/bench.ts';

/** For the list of benches. */
export const about =
  'look-ups a second among 10^5, 10^6 and 10^7 hashes, and recall against brute force (PHOTOGUARD_LIMIT hashes at most; PHOTOGUARD_INDEX=memory or database for one alone; in memory, and to 10^6 in PostgreSQL where it is installed; 4 minutes, 2 GB)';

const SIZES = [1e5, 1e6, 1e7];
const LOOKUPS = 2000;
const COMPARED = 40;
/** Hashes in PostgreSQL at most, and look-ups there. */
const IN_SQL = 1e6;
const SQL_LOOKUPS = 200;

/** Runs the bench. */
export async function bench({ log }: BenchContext): Promise<BenchRow[]> {
  const most = Number(process.env.PHOTOGUARD_LIMIT ?? Number.POSITIVE_INFINITY);
  const sizes = SIZES.filter((size) => size <= most);
  const index = process.env.PHOTOGUARD_INDEX;
  const rows = index === 'database' ? [] : sizes.flatMap((size) => measure(size, log));
  const programs = findPostgres();
  if (index === 'memory') return rows;
  if (programs)
    rows.push(
      ...(await measurePostgres(
        programs,
        sizes.filter((size) => size <= IN_SQL),
        log,
      )),
    );
  else log('PostgreSQL is not installed: its index is left out');
  return rows;
}

function measure(size: number, log: (line: string) => void): BenchRow[] {
  const random = randomBytes(1);
  const hashes = new Uint8Array(PDQ_BYTES * size);
  for (let i = 0; i < hashes.length; i++) hashes[i] = random();
  const at = (i: number): Uint8Array => hashes.subarray(PDQ_BYTES * i, PDQ_BYTES * (i + 1));
  const index = new HashIndex(size);
  const began = performance.now();
  for (let i = 0; i < size; i++) index.add(at(i));
  const filled = (performance.now() - began) / 1000;
  log(`${size} hashes added in ${filled.toFixed(1)} s`);

  // Half of the queries are an enrolled hash with as many bits changed as count, half are of nobody.
  const whole = (): number => ((random() << 24) | (random() << 16) | (random() << 8) | random()) >>> 0;
  const queries = Array.from({ length: LOOKUPS }, (_, k) => {
    if (k % 2 === 1) return Uint8Array.from({ length: PDQ_BYTES }, random);
    return withChanged(at(whole() % size), random);
  });
  for (const query of queries.slice(0, 200)) index.find(query);
  // Of the processor, so that what else runs on the machine does not count.
  const started = process.cpuUsage();
  for (const query of queries) index.find(query);
  const perSecond = LOOKUPS / (process.cpuUsage(started).user / 1e6);

  let [expected, found, wrong] = [0, 0, 0];
  for (const query of queries.slice(0, COMPARED)) {
    const ours = new Set(index.find(query).map(({ index: i }) => i));
    for (let i = 0; i < size; i++) {
      const isNear = hammingDistance(at(i), query) <= PDQ_THRESHOLD;
      if (isNear) expected++;
      if (isNear && ours.has(i)) found++;
      if (!isNear && ours.has(i)) wrong++;
    }
  }
  const name = `10^${Math.log10(size)} hashes`;
  const goal = size === 1e7 ? { goal: { atLeast: 2000 } } : {}; // 4,000 on two cores
  return [
    row(`look-ups a second of one core, ${name}`, perSecond, goal),
    row(`recall against brute force, ${name}`, found / expected, { goal: { atLeast: 1 } }),
    row(`found beyond the distance, ${name}`, wrong, { goal: { atMost: 0 } }),
    row(`memory of the index, GB, ${name}`, index.bytes / 1e9, { goal: { atMost: 4 } }),
    row(`seconds to fill it, ${name}`, filled),
  ];
}

/** The same hashes in PostgreSQL, more and more of them in one table. */
async function measurePostgres(
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
        [Math.max(1, Math.floor(size / SQL_LOOKUPS)), SQL_LOOKUPS],
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

/** A hash with as many bits changed as count. */
function withChanged(hash: Uint8Array, random: () => number): Uint8Array {
  const changed = Uint8Array.from(hash);
  const bits = new Set<number>();
  while (bits.size < PDQ_THRESHOLD) bits.add(random());
  for (const bit of bits) changed[bit >> 3]! ^= 1 << (bit & 7);
  return changed;
}

/** Bytes by a seed (xorshift32). */
function randomBytes(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 24;
  };
}
