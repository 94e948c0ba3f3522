// A service as it is run at scale: PostgreSQL, an object store, a process for requests and some workers, all on this machine.
// Each can be killed, and comes back as under a supervisor.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PhotoGuardError } from 'photoguard/errors';
import { openPostgres } from '../../apps/service/src/database/postgres.ts';
import { fileStore } from '../../apps/service/src/objects/file-store.ts';
import type { ObjectStore } from '../../apps/service/src/objects/object-store.ts';
import { openS3Store } from '../../apps/service/src/objects/s3-store.ts';
import { findPostgres, freePort, type PostgresServer, startPostgres } from '../../tests/service/databases.ts';
import { hasObjectServer, type ObjectServer, startObjectServer } from '../../tests/service/object-stores.ts';
import { type Place, type Running, startService } from '../../tests/service/running.ts';

/** A process that is started again whenever it ends. */
export interface Member {
  readonly role: 'api' | 'worker';
  /** Kills it without a warning, and starts it again. */
  kill(): Promise<void>;
  /** Everything that it logged, in all its lives. */
  logged(): string;
}

/** The whole. */
export interface Fleet {
  /** Where its API is, also after that was started again. */
  readonly url: string;
  readonly key: string;
  readonly members: readonly Member[];
  readonly postgres: PostgresServer;
  readonly databaseUrl: string;
  /** The store's server; undefined where objects are files. */
  readonly store: ObjectServer | undefined;
  readonly dataDir: string;
  /** The objects, beside the service. */
  objects(): Promise<ObjectStore>;
  stop(): Promise<void>;
}

/** Starts it. @param workers processes, each with one photo at a time */
export async function startFleet(workers: number): Promise<Fleet> {
  const programs = findPostgres();
  if (!programs)
    throw new PhotoGuardError('usage', 'PostgreSQL is not installed', { hint: 'apt-get install postgresql' });
  const dataDir = mkdtempSync(join(tmpdir(), 'photoguard-fleet-'));
  const postgres = await startPostgres(programs);
  const databaseUrl = postgres.make('fleet');
  const store = hasObjectServer() ? await startObjectServer() : undefined;
  const port = String(await freePort());
  const common = [
    '--heartbeat-seconds',
    '10',
    '--grace-seconds',
    '0',
    '--most-requests',
    '1000000',
    '--most-queued',
    '1000000',
  ];
  const place = { dataDir, databaseUrl, objectsUrl: store?.url };
  const api = await startMember('api', { ...place, options: [...common, '--role', 'api', '--port', port] });
  const options = [...common, '--role', 'worker', '--workers', '1'];
  const others = await Promise.all(Array.from({ length: workers }, () => startMember('worker', { ...place, options })));
  const members = [api, ...others];
  return {
    ...{ url: `http://localhost:${port}`, key: api.key, members, postgres, databaseUrl, store, dataDir },
    objects: async () => (store ? openS3Store(store.url) : fileStore(join(dataDir, 'objects'))),
    async stop() {
      await Promise.all(members.map((member) => member.stop()));
      await postgres.stop();
      await store?.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

async function startMember(
  role: Member['role'],
  place: Place,
): Promise<Member & { readonly key: string; stop(): Promise<void> }> {
  let life: Running = await startService(place);
  const former: string[] = [];
  let stopped = false;
  // It ends by itself where the database is away as it starts.
  const startAgain = async (): Promise<void> => {
    while (!stopped) {
      const started = await startService({ ...place, key: life.key }).catch(() => undefined);
      if (started) {
        life = started;
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  };
  return {
    ...{ role, key: life.key },
    async kill() {
      await life.end('SIGKILL');
      former.push(life.printed());
      await startAgain();
    },
    logged: () => [...former, life.printed()].join(''),
    async stop() {
      stopped = true;
      await life.end('SIGKILL');
    },
  };
}

/** Runs a statement in the fleet's database, beside the service. */
export async function inDatabase<Row extends object>(fleet: Fleet, text: string): Promise<Row[]> {
  const database = openPostgres(fleet.databaseUrl);
  try {
    return await database.query<Row>(text);
  } finally {
    await database.close();
  }
}
