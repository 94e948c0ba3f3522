// The registry: hashes of photos and their owners' statements, in the database, and an index of them in the memory of each
// process. A change gets the next number of a sequence while the table is locked against other changes, so numbers become
// visible in order, and an index has seen all changes up to its last one. It looks for new ones before each look-up, so what
// was enrolled through one process is found by all. Or the index is the database's own (sql-index.ts).
import type { Database, Sql } from '../database/database.ts';
import type { Caller } from '../keys/api-key.ts';
import { note } from '../keys/audit.ts';
import { HashIndex } from './hash-index.ts';
import { MOST_DISTANCE } from './layout.ts';
import { Numbers } from './numbers.ts';
import { findNear } from './sql-index.ts';
import type { Statement } from './statement.ts';

/** A photo that was enrolled. */
export interface Entry {
  /** A whole number, as a text. */
  readonly id: string;
  readonly tenant: string;
  readonly hash: Uint8Array;
  readonly quality: number | null;
  readonly statement: Statement;
  /** The bank of its tenant that it is in. */
  readonly bank: string | null;
  readonly created: Date;
  /** Not while its tenant has switched it off. */
  readonly counts: boolean;
}

/** An entry that a photo resembles. */
export interface Match extends Entry {
  readonly distance: number;
}

/** A C2PA manifest that is kept with an entry. */
export interface Manifest {
  readonly id: string;
  readonly store: Uint8Array;
}

/** What is enrolled. */
export interface NewEntry extends Pick<Entry, 'hash' | 'quality' | 'statement'> {
  readonly bank?: string;
  /** What its tenant notes about it. */
  readonly note?: string | undefined;
  readonly metadata?: object | undefined;
  readonly manifest?: Manifest;
}

/** The registry. */
export interface Registry {
  enrol(caller: Caller, entry: NewEntry): Promise<Entry>;
  /** Entries within a distance of any of the hashes, each once with its smallest; nearest first. Without those that do not count. */
  lookup(hashes: readonly Uint8Array[], most?: number): Promise<Match[]>;
  /** The same with them. */
  lookupAll(hashes: readonly Uint8Array[]): Promise<Match[]>;
  /** Removes an entry of the tenant. @returns whether there was one */
  remove(caller: Caller, id: string, bank?: string): Promise<boolean>;
  /** Removes all entries of a bank. */
  removeBank(caller: Caller, bank: string): Promise<void>;
}

/** Rows that are read at a time. */
const LOAD = 50_000;
/** Matches that are told at most. */
const MOST_MATCHES = 100;
const COLUMNS = `id::text, tenant, hash, quality, statement, bank, created,
  counts_from > 0 and counts_from <= extract(epoch from now()) as counts`;

/** Where the index of a registry can be: in the memory of each process, or in the database. */
export const INDEXES = ['memory', 'database'] as const;

/** Ids of entries within a distance of some hashes, with their smallest distances. */
type Nearest = (hashes: readonly Uint8Array[], most?: number) => Promise<[id: string, distance: number][]>;

/** The registry of a database. An index in memory is filled at the first look-up; one in the database has to be made before. */
export function openRegistry(database: Database, index: (typeof INDEXES)[number] = 'memory'): Registry {
  const nearest = index === 'memory' ? nearestInMemory(database) : nearestInDatabase(database);
  const inOrder = <T>(change: (sql: Sql) => Promise<T>): Promise<T> =>
    database.transaction(async (sql) => {
      await sql.query('lock table photoguard.registry in exclusive mode');
      return change(sql);
    });
  const removeWhere = (caller: Caller, which: string, values: readonly unknown[]): Promise<boolean> =>
    inOrder(async (sql) => {
      const removed = await sql.query<{ id: string }>(
        `update photoguard.registry
         set deleted = true, hash = '', statement = '{}', note = null, metadata = null, change = nextval('photoguard.registry_changes')
         where tenant = $1 and ${which} and not deleted returning id::text`,
        [caller.tenant, ...values],
      );
      const ids = removed.map(({ id }) => id);
      await sql.query('delete from photoguard.manifests where entry = any($1::bigint[])', [ids]);
      for (const id of ids) await note(sql, caller, 'photo withdrawn', id);
      return ids.length > 0;
    });
  const lookup = async (hashes: readonly Uint8Array[], most?: number): Promise<Match[]> => {
    const near = (await nearest(hashes, most)).sort(([, a], [, b]) => a - b).slice(0, MOST_MATCHES);
    if (near.length === 0) return [];
    const distances = new Map(near);
    const rows = await database.query<Entry>(
      `select ${COLUMNS} from photoguard.registry where id = any($1::bigint[]) and not deleted`,
      [[...distances.keys()]],
    );
    return rows
      .map((row) => ({ ...row, distance: distances.get(row.id)! }))
      .sort((a, b) => a.distance - b.distance || Number(a.id) - Number(b.id));
  };
  return {
    enrol: (caller, { hash, quality, statement, bank, manifest, note: noted, metadata }) =>
      inOrder(async (sql) => {
        const [entry] = await sql.query<Entry>(
          `insert into photoguard.registry (tenant, hash, quality, statement, bank, note, metadata)
           values ($1, $2, $3, $4, $5, $6, $7) returning ${COLUMNS}`,
          [
            ...[caller.tenant, hash, quality, JSON.stringify(statement), bank ?? null],
            ...[noted ?? null, metadata ? JSON.stringify(metadata) : null],
          ],
        );
        if (manifest)
          await sql.query('insert into photoguard.manifests (entry, id, store) values ($1, $2, $3)', [
            ...[entry!.id, manifest.id, manifest.store],
          ]);
        await note(sql, caller, 'photo enrolled', entry!.id);
        return entry!;
      }),
    lookup: async (hashes, most) => (await lookup(hashes, most)).filter(({ counts }) => counts),
    lookupAll: lookup,
    remove: (caller, id, bank) =>
      removeWhere(caller, 'id = $2 and ($3::text is null or bank = $3)', [id, bank ?? null]),
    removeBank: async (caller, bank) => void (await removeWhere(caller, 'bank = $2', [bank])),
  };
}

/** Keeps the smallest distance of each. */
function keepSmallest<K>(nearest: Map<K, number>, key: K, distance: number): void {
  nearest.set(key, Math.min(distance, nearest.get(key) ?? distance));
}

function nearestInMemory(database: Database): Nearest {
  const changes = followChanges(database);
  return async (hashes, most) => {
    const { index, ids } = await changes();
    const nearest = new Map<number, number>();
    for (const hash of hashes)
      for (const { index: at, distance } of index.find(hash, most)) keepSmallest(nearest, at, distance);
    return Array.from(nearest, ([at, distance]) => [String(ids.at(at)), distance]);
  };
}

function nearestInDatabase(database: Database): Nearest {
  return async (hashes, most = MOST_DISTANCE) => {
    const nearest = new Map<string, number>();
    for (const hash of hashes)
      for (const { id, distance } of await findNear(database, hash, { most, limit: MOST_MATCHES }))
        keepSmallest(nearest, id, distance);
    return [...nearest];
  };
}

interface Followed {
  readonly index: HashIndex;
  /** Ids of entries by their numbers in the index, ascending. */
  readonly ids: Numbers;
}

// An index that has seen every change that was made before the call.
function followChanges(database: Database): () => Promise<Followed> {
  let followed: Followed | undefined;
  let last = '0';
  const load = async (): Promise<Followed> => {
    if (!followed) {
      const [{ count }] = (await database.query<{ count: number }>(
        'select count(*)::int as count from photoguard.registry where not deleted',
      )) as [{ count: number }];
      followed = { index: new HashIndex(1.25 * count), ids: new Numbers(1.25 * count) };
    }
    const { index, ids } = followed;
    for (;;) {
      const rows = await database.query<Pick<Entry, 'id' | 'hash'> & { change: string; deleted: boolean }>(
        `select change::text, id::text, hash, deleted from photoguard.registry where change > $1 order by change limit ${LOAD}`,
        [last],
      );
      for (const { change, id, hash, deleted } of rows) {
        if (deleted) {
          const at = ids.find(Number(id));
          if (at !== undefined) index.remove(at);
        } else {
          index.add(hash);
          ids.add(Number(id));
        }
        last = change;
      }
      if (rows.length < LOAD) return followed;
    }
  };
  // Calls that come while one is loading share the one after it: that sees what was changed before they came.
  let current: Promise<unknown> = Promise.resolve();
  let following: Promise<Followed> | undefined;
  return () => {
    following ??= current.then(() => {
      following = undefined;
      const loading = load();
      current = loading.catch(() => {});
      return loading;
    });
    return following;
  };
}
