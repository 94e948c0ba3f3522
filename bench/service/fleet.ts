// A service as it is run at scale: PostgreSQL, an object store, a process for requests and some workers, all on this machine.
// Each can be killed, and comes back as under a supervisor.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PhotoGuardError } from 'photoguard/errors';
import { openPostgres } from '../../apps/service/src/database/postgres.ts';
import { fileStore } from '../../apps/service/src/objects/file-store.ts';
import type { ObjectStore } from '../../apps/service/src/objects/object-store.ts';
import { openS3Store } from '../../apps/service/src/objects/s3-store.ts';
import { findPostgres, type PostgresServer, startPostgres } from '../../tests/service/databases.ts';
import { runs } from '../../tests/service/leashed.ts';
import { hasObjectServer, type ObjectServer, startObjectServer } from '../../tests/service/object-stores.ts';
import { type Place, startService } from '../../tests/service/running.ts';

/** A process that is started again whenever it ends. */
export interface Member {
  readonly role: 'api' | 'worker';
  /** Of its process now. */
  pid(): number;
  /** How often it ended by itself. */
  deaths(): number;
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
  /** Sets the clocks of its processes, so many milliseconds off. */
  setClocks(offsetMs: number): void;
  /** Fills the disk of its data until the returned function is called; undefined where it has no disk of its own (only root can make one). */
  readonly fillDisk: (() => () => void) | undefined;
  /** The objects, beside the service. */
  objects(): Promise<ObjectStore>;
  stop(): Promise<void>;
}

/** How a fleet is made. */
export interface FleetOptions {
  /** Processes, each with one photo at a time. */
  readonly workers: number;
  /** Further options of all processes. */
  readonly options?: readonly string[];
}

/** Starts it. */
export async function startFleet({ workers, options = [] }: FleetOptions): Promise<Fleet> {
  const programs = findPostgres();
  if (!programs)
    throw new PhotoGuardError('usage', 'PostgreSQL is not installed', { hint: 'apt-get install postgresql' });
  const dataDir = mkdtempSync(join(tmpdir(), 'photoguard-fleet-'));
  const hasDisk = runs('mount', ['-t', 'tmpfs', '-o', 'size=64m', 'tmpfs', dataDir]);
  const clear = (): void => {
    if (hasDisk) runs('umount', ['-l', dataDir]);
    rmSync(dataDir, { recursive: true, force: true });
  };
  process.once('exit', clear);
  const stops: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const one of stops.reverse()) await one();
    clear();
    process.off('exit', clear);
  };
  try {
    const [postgres, store] = await Promise.all([
      startPostgres(programs).then((server) => {
        stops.push(server.stop);
        return server;
      }),
      (hasObjectServer() ? startObjectServer() : Promise.resolve(undefined)).then((server) => {
        if (server) stops.push(server.stop);
        return server;
      }),
    ]);
    const databaseUrl = postgres.make('fleet');
    const common = [...COMMON, ...options];
    const clock = join(dataDir, 'clock');
    const env = { CLOCK_FILE: clock };
    const place = { dataDir, databaseUrl, objectsUrl: store?.url, env, before: [CLOCK] };
    const fillDisk = (): (() => void) => {
      const filler = join(dataDir, 'filler');
      runs('dd', ['if=/dev/zero', `of=${filler}`, 'bs=64k']);
      return () => rmSync(filler, { force: true });
    };
    const members: Member[] = [];
    const start = async (role: Member['role'], more: readonly string[], key?: string): Promise<LeashedMember> => {
      const member = await startMember(role, { ...place, key, options: [...common, '--role', role, ...more] });
      members.push(member);
      stops.push(member.stop);
      return member;
    };
    const { key, url } = await start('api', []);
    await Promise.all(Array.from({ length: workers }, () => start('worker', ['--workers', '1'], key)));
    return {
      ...{ url, key, members, postgres, databaseUrl, store, dataDir, stop },
      setClocks: (offsetMs) => writeFileSync(clock, String(offsetMs)),
      fillDisk: hasDisk ? fillDisk : undefined,
      objects: async () => (store ? openS3Store(store.url) : fileStore(join(dataDir, 'objects'))),
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

const CLOCK = new URL('../../tests/service/jumping-clock.ts', import.meta.url).href;

const COMMON = [
  ...['--heartbeat-seconds', '10', '--grace-seconds', '0'],
  ...['--most-requests', '1000000', '--most-queued', '1000000'],
];

type LeashedMember = Member & { readonly key: string; readonly url: string; stop(): Promise<void> };

async function startMember(role: Member['role'], place: Place): Promise<LeashedMember> {
  let life = await startService(place);
  // Clients know it by the port that it got.
  const port = role === 'api' ? ['--port', new URL(life.url).port] : [];
  const again = { ...place, key: life.key, options: [...(place.options ?? []), ...port] };
  const former: string[] = [];
  let [stopped, deaths] = [false, 0];
  let restarted: Promise<void> = Promise.resolve();
  // It ends by itself where the database is away as it starts.
  const startAgain = async (): Promise<void> => {
    former.push(life.printed());
    for (;;) {
      if (stopped) return;
      const started = await startService(again).catch(() => undefined);
      if (started) {
        life = started;
        watch();
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  };
  let asked = false;
  const watch = (): void => {
    void life.ended.then(() => {
      if (stopped) return;
      if (!asked) deaths++;
      asked = false;
      restarted = startAgain();
    });
  };
  watch();
  return {
    ...{ role, key: life.key, url: life.url },
    deaths: () => deaths,
    pid: () => life.pid,
    async kill() {
      asked = true;
      await life.end('SIGKILL');
      await life.ended;
      await restarted;
    },
    logged: () => [...former, life.printed()].join(''),
    async stop() {
      stopped = true;
      await restarted;
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
