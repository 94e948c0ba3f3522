// A service of a test without a process of its own: the app is asked directly, and nothing works on what is queued.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readTrust } from 'photoguard/credential';
import { findPostgres, startPostgres } from '../../../../tests/service/databases.ts';
import { putEmptyDatabase } from '../../../../tests/service/empty-database.ts';
import type { Database } from '../database/database.ts';
import { migrate } from '../database/migrate.ts';
import { openPglite } from '../database/pglite.ts';
import { openPostgres } from '../database/postgres.ts';
import { makeApp } from '../http/app.ts';
import type { App } from '../http/app-type.ts';
import { createKey, SCOPES, type Scope } from '../keys/api-key.ts';
import { fileStore } from '../objects/file-store.ts';
import { makeMetrics } from '../operations/metrics.ts';
import { makeExaminer } from '../registry/examined.ts';
import type { Service } from '../service.ts';
import type { Settings } from '../settings.ts';

/** A service, its app, and keys to ask it with. */
export interface TinyService extends Service {
  readonly app: App;
  /** Makes the app of another process: the same database, by connections of its own where it is PostgreSQL. */
  another(): App;
  /** Makes a key. */
  keyOf(tenant: string, scopes?: readonly Scope[]): Promise<string>;
  /** Ids that were queued, and those that were taken out. */
  readonly queued: string[];
  readonly unqueued: string[];
  /** Ids of messages to webhooks. */
  readonly delivering: string[];
  /** Events of the log. */
  readonly logged: string[];
  close(): Promise<void>;
}

/**
 * Makes one, on PGlite; on a PostgreSQL server of its own where the variable PHOTOGUARD_TEST_DATABASE is `postgres`, as it is in
 * the second run of these tests.
 * @param changed settings that differ from its own
 */
export async function tinyService(changed: Partial<Settings> = {}): Promise<TinyService> {
  const dataDir = mkdtempSync(join(tmpdir(), 'photoguard-tiny-'));
  const { database, reopen, stop } =
    process.env.PHOTOGUARD_TEST_DATABASE === 'postgres' ? await postgres() : await pglite(dataDir);
  await migrate(database);
  const queued: string[] = [];
  const unqueued: string[] = [];
  const delivering: string[] = [];
  const logged: string[] = [];
  const examiner = makeExaminer(1_000_000, changed.trust && (await readTrust(changed.trust)));
  const service: Service = {
    settings: {
      ...{
        port: 0,
        host: 'localhost',
        dataDir,
        role: 'api',
        workers: 1,
        keepHours: 24,
        graceSeconds: 0,
        heartbeatSeconds: 10,
        photosPerProcess: 50,
      },
      ...{
        maxBody: 1_000_000,
        maxPixels: 1_000_000,
        mostRequests: 100_000,
        mostQueued: 100,
        models: ['mini'],
        webhooksTo: 'public',
        webhookAttempts: 2,
        registryIndex: 'memory',
        ...changed,
      },
    },
    ...{ database, examiner, objects: fileStore(join(dataDir, 'objects')), metrics: makeMetrics() },
    queue: {
      add: async (_, id) => void queued.push(id),
      deliver: async (_, id) => void delivering.push(id),
      cancel: async (id) => void unqueued.push(id),
    },
    log: (event, facts) => void logged.push(JSON.stringify({ event, ...facts })),
  };
  const others: Database[] = [];
  const another = (): App => {
    const other = reopen();
    others.push(other);
    return makeApp({ ...service, database: other });
  };
  return {
    ...{ ...service, queued, unqueued, delivering, logged, app: makeApp(service), another },
    keyOf: async (tenant, scopes = SCOPES) => (await createKey(database, { tenant, scopes })).key,
    async close() {
      await examiner.close();
      for (const one of new Set([...others, database])) await one.close();
      await stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

interface Opened {
  readonly database: Database;
  /** Opens it again, as another process does; PGlite, which only one process can have, is the same. */
  reopen(): Database;
  /** Ends what runs it, once it is closed. */
  stop(): Promise<void>;
}

async function pglite(dataDir: string): Promise<Opened> {
  await putEmptyDatabase(dataDir);
  const database = await openPglite(dataDir);
  return { database, reopen: () => database, stop: async () => {} };
}

async function postgres(): Promise<Opened> {
  const server = await startPostgres(findPostgres()!);
  const url = server.make('tiny');
  return { database: openPostgres(url), reopen: () => openPostgres(url), stop: server.stop };
}
