// Child processes of tests and benches that never outlive them, even if these are killed: the kernel ends a child with its
// parent. Elsewhere than on Linux they are ended by whoever started them, as usual.
import { type ChildProcess, execFileSync, type SpawnOptions, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

/** Starts a program that ends with this process. */
export const spawnLeashed = (program: string, args: readonly string[], options: SpawnOptions): ChildProcess =>
  hasLeash() ? spawn('setpriv', [...LEASH, program, ...args], options) : spawn(program, args, options);

const LEASH = ['--pdeathsig', 'KILL', '--'];

let found: boolean | undefined;

function hasLeash(): boolean {
  found ??= process.platform === 'linux' && runs('setpriv', [...LEASH, 'true']);
  return found;
}

/** Whether a program is there and succeeds. */
export function runs(program: string, args: readonly string[]): boolean {
  try {
    execFileSync(program, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Kills a child and waits until it is gone. */
export async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  child.kill(signal);
  return ended;
}

/** Processes that a process has started, and those of these, by id (Linux). */
export function descendants(pid: number): number[] {
  const file = `/proc/${pid}/task/${pid}/children`;
  const children = existsSync(file) ? readFileSync(file, 'utf8').trim().split(' ').filter(Boolean).map(Number) : [];
  return children.flatMap((child) => [child, ...descendants(child)]);
}

/** Of processes those that are still there. */
export const alive = (pids: readonly number[]): number[] => pids.filter((pid) => existsSync(`/proc/${pid}`));
