// The databases that the service is tested on: PGlite everywhere, PostgreSQL where its programs are installed. A test says
// by its name which one it ran on, and that PostgreSQL was left out.
import { type ChildProcess, execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { end, runs, spawnLeashed } from './leashed.ts';

/** A server of a test. */
export interface PostgresServer {
  /** Makes an empty database. @returns its address */
  make(name: string): string;
  /** Kills it, as a crash would. */
  kill(): Promise<void>;
  /** Starts it again with the same data. */
  start(): Promise<void>;
  /** Ends it and deletes its data. */
  stop(): Promise<void>;
}

/** So many ports in a row are not taken by others. */
const STARTS = 10;

/** The folder of PostgreSQL's programs, of the newest version; undefined where there is none. */
export function findPostgres(): string | undefined {
  const root = '/usr/lib/postgresql';
  const versions = existsSync(root) ? readdirSync(root).sort((a, b) => Number(b) - Number(a)) : [];
  return versions.map((version) => join(root, version, 'bin')).find((folder) => existsSync(join(folder, 'initdb')));
}

/** Starts PostgreSQL with an empty folder, on the loopback only. */
export async function startPostgres(programs: string): Promise<PostgresServer> {
  const folder = mkdtempSync(join(tmpdir(), 'photoguard-postgres-'));
  // It refuses to run as root.
  const asUser = process.getuid?.() === 0 ? { uid: uidOf('postgres'), gid: gidOf('postgres') } : {};
  if ('uid' in asUser) execFileSync('chown', ['postgres', folder]);
  const data = join(folder, 'data');
  const init = ['-D', data, '-U', 'photoguard', '--auth=trust', '--no-sync', '--encoding=UTF8', '--locale=C'];
  execFileSync(join(programs, 'initdb'), init, { ...asUser, stdio: 'ignore', cwd: folder });
  const settings = ['-c', 'fsync=off', '-c', `unix_socket_directories=${folder}`, '-c', 'listen_addresses=127.0.0.1'];
  let [server, port]: [ChildProcess | undefined, number] = [undefined, 0];
  const launch = (): Promise<boolean> => {
    server = spawnLeashed(join(programs, 'postgres'), ['-D', data, '-p', String(port), ...settings], {
      ...{ ...asUser, cwd: folder, stdio: 'ignore' },
    });
    // By its own socket: at the port may be somebody else's.
    return answering(join(programs, 'pg_isready'), ['-h', folder, '-p', String(port)], server);
  };
  for (let left = STARTS; ; left--) {
    port = await freePort();
    if (await launch()) break; // else the port was taken meanwhile
    if (left === 0) throw new Error(`PostgreSQL ended as it started, ${STARTS} times`);
  }
  return {
    // Until the last process of a killed one is gone it refuses to start.
    async start() {
      while (!(await launch()));
    },
    kill: async () => void (await end(server!, 'SIGKILL')),
    make(name) {
      const admin = ['-h', '127.0.0.1', '-p', String(port), '-U', 'photoguard', name];
      execFileSync(join(programs, 'createdb'), admin);
      return `postgres://photoguard@127.0.0.1:${port}/${name}`;
    },
    async stop() {
      // Its data are deleted, so it needs no orderly end, which took a minute after a crash. Its processes are gone a moment later.
      await end(server!, 'SIGKILL');
      rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    },
  };
}

const idOf = (flag: string, user: string): number => Number(execFileSync('id', [flag, user]).toString());
const uidOf = (user: string): number => idOf('-u', user);
const gidOf = (user: string): number => idOf('-g', user);

/** A port of the loopback that nothing listens on. */
export const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });

/** Waits until a server takes work: it opens its port before. @returns false if it ended instead */
async function answering(isReady: string, address: readonly string[], server: ChildProcess): Promise<boolean> {
  for (;;) {
    if (server.exitCode !== null || server.signalCode !== null) return false;
    if (runs(isReady, ['-q', ...address])) return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
