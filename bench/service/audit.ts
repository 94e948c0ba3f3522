// Whether the counts of the database, the object store and the clients agree after everything has ended.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { openPostgres } from '../../apps/service/src/database/postgres.ts';
import { sweep } from '../../apps/service/src/immunizations/queue.ts';
import type { ObjectStore } from '../../apps/service/src/objects/object-store.ts';
import { type Settings, serveCommand } from '../../apps/service/src/settings.ts';
import type { Seen } from './client.ts';
import type { Fleet } from './fleet.ts';

/** What was counted. */
export interface Audit {
  /** Photos that clients sent and that have no result. */
  readonly lost: number;
  /** Photos that have more than one row or more than one result, or whose result is that of another. */
  readonly twice: number;
  /** Objects and folders that no row names, after the service's own sweep. */
  readonly leaked: number;
  /** What that sweep deleted: uploads and attempts that were cut off. */
  readonly swept: number;
}

/** Counts. */
export async function audit(fleet: Fleet, seen: Seen): Promise<Audit> {
  const database = openPostgres(fleet.databaseUrl);
  const expected = seen.sent;
  try {
    const objects = await fleet.objects();
    const before = await keysOf(objects);
    const settings = { ...serveCommand().parse([], { from: 'user' }).opts<Settings>(), dataDir: fleet.dataDir };
    await sweep({ database, objects, settings, log: () => {} }, { orphanMs: -1 });
    const keys = await keysOf(objects);
    const rows = await database.query<{ photo: string; result: string | null }>(
      'select photo, result from photoguard.immunizations',
    );
    const stored = new Set(keys);
    const named = new Set(rows.flatMap(({ photo, result }) => [photo, result]));
    const whole = rows.filter(({ photo, result }) => stored.has(photo) && result !== null && stored.has(result)).length;
    const results = keys.filter((key) => key.startsWith('results/')).length;
    const distinct = new Set(seen.results.values()).size;
    return {
      lost: expected - Math.min(whole, distinct),
      twice: Math.max(rows.length, results, seen.results.size) - expected + (seen.results.size - distinct),
      leaked: keys.filter((key) => !named.has(key)).length + readdirSync(join(fleet.dataDir, 'work')).length,
      swept: before.length - keys.length,
    };
  } finally {
    await database.close();
  }
}

async function keysOf(store: ObjectStore): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of store.list()) keys.push(key);
  return keys;
}
