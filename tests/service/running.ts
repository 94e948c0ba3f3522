// A service of a test: a process of its own on a free port, as people start it.
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

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
  /** Ends it. @returns its exit status, null if a signal ended it */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null>;
}

/** Where and how it runs. */
export interface Place {
  readonly dataDir: string;
  readonly databaseUrl?: string | undefined;
  readonly objectsUrl?: string | undefined;
  /** Further options of the command line. */
  readonly options?: readonly string[];
  /** Used for calls, where this is not the first start. */
  readonly key?: string;
}

/** Starts a service, and waits until it answers; a worker until it runs. */
export async function startService({
  dataDir,
  databaseUrl,
  objectsUrl,
  options = [],
  key: known,
}: Place): Promise<Running> {
  const { DATABASE_URL: _, OBJECTS_URL: __, ...inherited } = process.env;
  const urls = { ...(databaseUrl && { DATABASE_URL: databaseUrl }), ...(objectsUrl && { OBJECTS_URL: objectsUrl }) };
  const child = spawn(process.execPath, ['--conditions=source', MAIN, '--port', '0', ...options], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...inherited, DATA_DIR: dataDir, HF_HUB_OFFLINE: '1', ...urls },
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part: Buffer) => (text += part.toString()));
  const find = (pattern: RegExp): string | undefined => pattern.exec(text)?.[1];
  await until(
    child,
    () => text.includes('ready'),
    () => text,
  );
  const url = find(/answers at (\S+)/) ?? '';
  const key = find(/API key, shown only this once: (\S+)/) ?? known ?? '';
  return {
    ...{ url, key, printed: () => text },
    call: (path, { key: other = key, headers, ...rest } = {}) =>
      fetch(url + path, { ...rest, headers: { ...(other && { Authorization: `Bearer ${other}` }), ...headers } }),
    end: (signal) => endOf(child, signal),
  };
}

function until(child: ChildProcess, holds: () => boolean, printed: () => string): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setInterval(() => {
      if (!holds()) return;
      clearInterval(timer);
      resolve();
    }, 20);
    child.once('exit', (status) => {
      clearInterval(timer);
      if (!holds()) reject(new Error(`the service ended with ${status}: ${printed()}`));
    });
  });
}

function endOf(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode);
  return new Promise((resolve) => {
    child.once('exit', resolve);
    child.kill(signal);
  });
}
