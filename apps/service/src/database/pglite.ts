// PGlite: PostgreSQL compiled to WebAssembly, its files in the data folder. One process at a time may use them.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { fromPglite } from 'pg-boss';
import type { Database, Sql } from './database.ts';
import { lockFolder } from './folder-lock.ts';

/** Opens the database in a data folder; makes both where they are absent. @throws PhotoGuardError if another process has it */
export async function openPglite(dataDir: string): Promise<Database> {
  const folder = join(dataDir, 'database');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const unlock = lockFolder(dataDir);
  const pglite = await PGlite.create({ dataDir: folder }).catch((error) => {
    unlock();
    throw error;
  });
  return {
    query: sqlOf(pglite).query,
    transaction: (work) => pglite.transaction((inside) => work(sqlOf(inside))),
    forQueue: { db: fromPglite(pglite), backend: 'pglite' },
    alone: true,
    close: () => pglite.close().finally(unlock),
  };
}

const sqlOf = (source: Pick<PGlite, 'query'>): Sql => ({
  query: async <Row extends object>(text: string, values: readonly unknown[] = []) =>
    (await source.query<Row>(text, [...values])).rows,
});
