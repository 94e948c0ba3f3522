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
  const { database, stop } =
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
  return {
    ...{ ...service, queued, unqueued, delivering, logged, app: makeApp(service) },
    keyOf: async (tenant, scopes = SCOPES) => (await createKey(database, { tenant, scopes })).key,
    async close() {
      await examiner.close();
      await database.close();
      await stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

interface Opened {
  readonly database: Database;
  /** Ends what runs it, once it is closed. */
  stop(): Promise<void>;
}

async function pglite(dataDir: string): Promise<Opened> {
  await putEmptyDatabase(dataDir);
  return { database: await openPglite(dataDir), stop: async () => {} };
}

async function postgres(): Promise<Opened> {
  const server = await startPostgres(findPostgres()!);
  return { database: openPostgres(server.make('tiny')), stop: server.stop };
}
