// A service of a test: a process of its own on a free port, as people start it.
import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { putEmptyDatabase } from './empty-database.ts';
import { end, spawnLeashed } from './leashed.ts';

/** A start that takes longer hangs. */
const START_MS = 240_000;

const MAIN = fileURLToPath(new URL('../../apps/service/src/main.ts', import.meta.url));

/** A running service. */
export interface Running {
  readonly url: string;
  /** What the first start printed; empty at later ones. */
  readonly key: string;
  /** Everything that it printed so far. */
  printed(): string;
  /** Sends a request with a key. */
  call(path: string, options?: RequestInit & { readonly key?: string }): Promise<Response>;
  /** Its process. */
  readonly pid: number;
  /** Resolves when it has ended, whatever ended it. */
  readonly ended: Promise<void>;
  /** Ends it. @returns its exit status, null if a signal ended it */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null>;
}

/** Where and how it runs. */
export interface Place {
  readonly dataDir: string;
  readonly databaseUrl?: string | undefined;
  /** Whether PGlite makes its files itself, as on the first start of people; else there are empty ones. */
  readonly first?: boolean;
  readonly objectsUrl?: string | undefined;
  /** Further variables of the environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Modules that are loaded before it. */
  readonly before?: readonly string[];
  /** Further options of the command line. */
  readonly options?: readonly string[];
  /** Used for calls, where this is not the first start. */
  readonly key?: string;
}

/** Starts a service, and waits until it answers; a worker until it runs. */
export async function startService({
  dataDir,
  databaseUrl,
  first = false,
  objectsUrl,
  options = [],
  env = {},
  before = [],
  key: known,
}: Place): Promise<Running> {
  if (!databaseUrl && !first) await putEmptyDatabase(dataDir);
  const { DATABASE_URL: _, OBJECTS_URL: __, ...inherited } = process.env;
  const urls = { ...(databaseUrl && { DATABASE_URL: databaseUrl }), ...(objectsUrl && { OBJECTS_URL: objectsUrl }) };
  const flags = ['--conditions=source', ...before.map((module) => `--import=${module}`)];
  const child = spawnLeashed(process.execPath, [...flags, MAIN, '--port', '0', ...options], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...inherited, DATA_DIR: dataDir, HF_HUB_OFFLINE: '1', ...urls, ...env },
  });
  let text = '';
  for (const stream of [child.stdout!, child.stderr!]) stream.on('data', (part: Buffer) => (text += part.toString()));
  const find = (pattern: RegExp): string | undefined => pattern.exec(text)?.[1];
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  await until(
    child,
    () => text.includes('"event":"ready"'),
    () => text,
  );
  const url = find(/answers at (\S+)/) ?? '';
  const key = find(/API key, shown only this once: (\S+)/) ?? known ?? '';
  return {
    ...{ url, key, printed: () => text, pid: child.pid!, ended: gone },
    call: (path, { key: other = key, headers, ...rest } = {}) =>
      fetch(url + path, { ...rest, headers: { ...(other && { Authorization: `Bearer ${other}` }), ...headers } }),
    end: (signal) => end(child, signal),
  };
}

/** Waits until it holds. @throws Error if the process ends before, or hangs; then it is killed */
function until(child: ChildProcess, holds: () => boolean, printed: () => string): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearInterval(timer);
      clearTimeout(deadline);
    };
    const timer = setInterval(() => {
      if (!holds()) return;
      stop();
      resolve();
    }, 20);
    const deadline = setTimeout(() => {
      stop();
      child.kill('SIGKILL');
      reject(new Error(`the service did not start within ${START_MS / 1000} s: ${printed()}`));
    }, START_MS);
    child.once('exit', (status) => {
      stop();
      reject(new Error(`the service ended with ${status}: ${printed()}`)); // nothing, if it was ready before
    });
  });
}
