// Watches what a command and its children do to the network and to files, by their calls to the system (strace, Linux).
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

/** What a test's name ends with where it is skipped. */
export const traceNote =
  spawnSync('strace', ['-qq', '-o', '/dev/null', 'true']).status === 0
    ? ''
    : ' (skipped: strace is missing or may not trace)';

/** What a command did. */
export interface Traced {
  readonly status: number | null;
  readonly output: string;
  /** Calls that make or use a socket other than a pair of pipes between its own processes. */
  readonly sockets: readonly string[];
  /** Absolute paths that were made, opened for writing, renamed or removed. */
  readonly written: readonly string[];
}

const CALLS =
  'trace=network,open,openat,openat2,creat,mkdir,mkdirat,rename,renameat,renameat2,unlink,unlinkat,link,linkat,symlink,symlinkat,truncate';

/** Runs a command under strace; `log` is a file for its trace. The environment is exactly `env`. */
export async function trace(
  command: readonly string[],
  { cwd, env, log }: { readonly cwd: string; readonly env: NodeJS.ProcessEnv; readonly log: string },
): Promise<Traced> {
  // libuv could give its file operations to io_uring, where strace does not see them.
  const child = spawn('strace', ['-f', '-qq', '-y', '-s', '4096', '-e', CALLS, '-o', log, ...command], {
    cwd,
    env: { ...env, UV_USE_IO_URING: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const parts: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part: Buffer) => parts.push(part));
  const status = await new Promise<number | null>((done) => child.on('close', done));
  const lines = readFileSync(log, 'utf8').split('\n');
  return {
    status,
    output: Buffer.concat(parts).toString('utf8'),
    sockets: lines.filter((line) => /^\d+ +(socket|connect|bind|sendto|sendmmsg)\(/.test(line)),
    written: [...new Set(lines.flatMap((line) => writtenBy(line, cwd)))],
  };
}

// A call's paths come in quotes; those relative to a folder have it before them, as `AT_FDCWD</folder>, "path"`.
function writtenBy(line: string, cwd: string): string[] {
  const [, name, rest] = /^\d+ +(\w+)\((.*)$/.exec(line) ?? [];
  if (name === undefined || rest === undefined || NETWORK.test(name)) return [];
  if (name.startsWith('open') && !/O_(WRONLY|RDWR|CREAT|TRUNC|APPEND)/.test(rest)) return [];
  const paths = [...rest.matchAll(/(?:<([^>]*)>, )?"((?:[^"\\]|\\.)*)"/g)].map(([, folder, path]) =>
    resolve(folder ?? cwd, path!),
  );
  return name.startsWith('symlink') ? paths.slice(1) : paths; // what a link says is not touched
}

const NETWORK = /^(socket|connect|bind|listen|accept|send|recv|get|set|shutdown)/;
