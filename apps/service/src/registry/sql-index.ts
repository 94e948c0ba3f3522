// The registry's index in PostgreSQL itself, in plain SQL, for registries that shall not be in the memory of every process.
// The parts are the sixteen narrow ones of layout.ts: two hashes that differ in at most 31 bits differ in at most one bit of
// some part of 16 bits. Each part has an index of its own; a look-up asks each for 17 values, PostgreSQL unites what they
// give, and the distance is counted for that only. The indexes belong to the table, so they are never behind it.
import type { Database, Sql } from '../database/database.ts';
import { partsFor } from './layout.ts';

const PARTS = partsFor(1);
// Any number that no other program uses for this.
const LOCK = 0x70_67_02;

const partOf = (part: number): string => `photoguard.hash_part(hash, ${part})`;
const distanceTo = (parameter: string): string => `bit_count(photoguard.hash_bits(hash) # ${parameter}::bit(256))::int`;

/** Makes the indexes where they are absent: some seconds for each million hashes. */
export async function makeSqlIndex(database: Database): Promise<void> {
  await database.transaction(async (sql) => {
    await sql.query('select pg_advisory_xact_lock($1)', [LOCK]);
    const [found] = await sql.query<{ index: string | null }>(
      "select to_regclass('photoguard.registry_part_15') as index",
    );
    if (found!.index !== null) return;
    // A withdrawn entry has no hash, and so no part. The indexes have no condition: of one that has, the planner uses no statistics.
    await sql.query(
      `create or replace function photoguard.hash_part(hash bytea, part integer) returns integer
       immutable parallel safe language plpgsql as $$ begin
         return case when length(hash) = 32 then get_byte(hash, 2 * part) * 256 + get_byte(hash, 2 * part + 1) end;
       end $$`,
    );
    await sql.query(
      `create or replace function photoguard.hash_bits(hash bytea) returns bit(256)
       immutable parallel safe language sql as
       $$ select ('x' || encode(hash, 'hex'))::bit(256) $$`,
    );
    for (const part of PARTS.keys())
      await sql.query(`create index registry_part_${part} on photoguard.registry (${partOf(part)})`);
  });
  await database.query('analyze photoguard.registry'); // without it the planner would not trust them
}

/** An entry that was found. */
export interface Near {
  readonly id: string;
  readonly distance: number;
}

/** Entries within a distance of a hash, all of them and no others; nearest first. @param most 31 at most */
export function findNear(
  sql: Sql,
  hash: Uint8Array,
  { most, limit }: { readonly most: number; readonly limit: number },
): Promise<Near[]> {
  const values = PARTS.map(({ changes }, part) => {
    const own = hash[2 * part]! * 256 + hash[2 * part + 1]!;
    return Array.from(changes, (change) => own ^ change);
  });
  const bits = Array.from(hash, (byte) => byte.toString(2).padStart(8, '0')).join('');
  const [query, distance, count] = [1, 2, 3].map((k) => `$${PARTS.length + k}`);
  return sql.query<Near>(
    `select id::text, ${distanceTo(query!)} as distance from photoguard.registry
     where not deleted and (${values.map((_, part) => `${partOf(part)} = any($${part + 1}::int[])`).join(' or ')})
     and ${distanceTo(query!)} <= ${distance} order by distance, registry.id limit ${count}`,
    [...values, bits, most, limit],
  );
}
