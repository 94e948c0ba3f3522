// Recall of the index in the database against brute force, by the indexes and not by reading the whole table; and that the
// registry gives the same matches by either index.
import { hammingDistance } from 'photoguard/hash';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Sql } from '../database/database.ts';
import { type TinyService, tinyService } from '../testing/tiny-service.ts';
import { openRegistry } from './registry.ts';
import { findNear, makeSqlIndex } from './sql-index.ts';

const LIMIT = 100;
let service: TinyService;
const hashes: Uint8Array[] = [];
let state = 1;
function random(): number {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  return state >>> 24;
}
const randomHash = (): Uint8Array => Uint8Array.from({ length: 32 }, random);
/** The hash with so many bits changed; where they are as one likes, or all in the last bits of its parts. */
function changed(hash: Uint8Array, count: number): Uint8Array {
  const copy = hash.slice();
  const bits = new Set<number>();
  while (bits.size < count) bits.add(random());
  for (const bit of bits) copy[bit >> 3]! ^= 1 << (bit & 7);
  return copy;
}
const queries = Array.from({ length: 12 }, randomHash);

beforeAll(async () => {
  service = await tinyService();
  for (const query of queries) for (let count = 0; count <= 40; count += 3) hashes.push(changed(query, count));
  // The worst pair: two bits in each part but one, and one bit in that.
  const worst = queries[0]!.slice();
  for (let part = 0; part < 16; part++) worst[2 * part]! ^= part === 0 ? 1 : 3;
  hashes.push(worst);
  while (hashes.length < 2000) hashes.push(randomHash());
  await service.database.query(
    `insert into photoguard.registry (tenant, hash, statement)
     select 'one', decode(hash, 'hex'), '{}' from unnest($1::text[]) as hash`,
    [hashes.map((hash) => Buffer.from(hash).toString('hex'))],
  );
  await makeSqlIndex(service.database);
  await makeSqlIndex(service.database); // what is there stays
}, 300_000);
afterAll(() => service?.close());

/** Asks in a way that uses the indexes: so few hashes would be compared without them. */
const byIndexes = <T>(work: (sql: Sql) => Promise<T>): Promise<T> =>
  service.database.transaction(async (sql) => {
    await sql.query('set local cpu_operator_cost = 1');
    return work(sql);
  });

it('finds all that brute force finds, and nothing else', async () => {
  await service.database.query("update photoguard.registry set deleted = true, hash = '' where id = 5");
  for (const query of queries)
    for (const most of [31, 9]) {
      const expected = hashes
        .map((hash, i) => ({ id: String(i + 1), distance: hammingDistance(hash, query) }))
        .filter(({ id, distance }) => distance <= most && id !== '5')
        .sort((a, b) => a.distance - b.distance || Number(a.id) - Number(b.id));
      expect(expected.length).toBeGreaterThan(3);
      expect(await byIndexes((sql) => findNear(sql, query, { most, limit: LIMIT }))).toEqual(expected);
    }
});

it('uses the indexes', async () => {
  const asked: { text: string; values: readonly unknown[] }[] = [];
  const recorder = {
    query: async (text: string, values: readonly unknown[] = []) => {
      asked.push({ text, values });
      return [];
    },
  };
  await findNear(recorder, queries[0]!, { most: 31, limit: LIMIT });
  const plan = await byIndexes((sql) => sql.query(`explain ${asked[0]!.text}`, asked[0]!.values));
  for (let part = 0; part < 16; part++)
    expect(JSON.stringify(plan)).toContain(`Bitmap Index Scan on registry_part_${part} `);
});

it('gives a registry the matches that the index in memory gives', async () => {
  const [memory, database] = [openRegistry(service.database), openRegistry(service.database, 'database')];
  const caller = { tenant: 'one', key: 'k', scopes: [] };
  const enrolled = await database.enrol(caller, {
    hash: randomHash(),
    quality: null,
    statement: { editing: 'allowed', training: 'allowed' },
  });
  const asked = [queries[1]!, queries[2]!, enrolled.hash];
  const found = await database.lookup(asked);
  expect(found.length).toBeGreaterThan(20);
  expect(found[0]).toMatchObject({ distance: 0 });
  expect(found).toEqual(await memory.lookup(asked));
  expect(await database.remove(caller, enrolled.id)).toBe(true);
  expect(await database.lookup([enrolled.hash])).toEqual([]);
});
