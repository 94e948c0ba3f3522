// Runs the photoguard command as people do: a process of its own, judged by its exit status and what it prints.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The command's source. */
export const MAIN = fileURLToPath(new URL('../../apps/cli/src/main.ts', import.meta.url));

/** How a run of the command ended. */
export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Where it runs, and where what it prints goes instead of to us: a file that is open, by its number. */
export interface Surroundings {
  readonly cwd?: string;
  readonly stdout?: number;
  readonly stderr?: number;
  /** Whether it leads a group of processes of its own, as it does on a terminal. */
  readonly detached?: boolean;
}

/** Runs `photoguard ...args`; `watch` gets the process while it runs. */
export function photoguard(
  args: readonly string[],
  watch?: (child: ChildProcess) => void,
  { cwd, stdout: out, stderr: error, detached = false }: Surroundings = {},
): Promise<Ended> {
  const child = spawn(process.execPath, ['--conditions=source', MAIN, ...args], {
    stdio: ['ignore', out ?? 'pipe', error ?? 'pipe'],
    cwd,
    detached,
    env: { ...process.env, HF_HUB_OFFLINE: '1', NO_COLOR: '1' },
  });
  watch?.(child);
  const [stdout, stderr] = [gather(child.stdout), gather(child.stderr)];
  return new Promise((resolve) => {
    child.on('close', (status) => resolve({ status, stdout: stdout(), stderr: stderr() }));
  });
}

/** Acts once the command is in the midst of its work, however slow the machine is: a second after its host started. */
export function whenWorking(child: ChildProcess, act: () => void): void {
  const wait = setInterval(() => {
    if (!hasChildren(child.pid!)) return;
    clearInterval(wait);
    setTimeout(act, 1000);
  }, 50);
  child.once('exit', () => clearInterval(wait));
}

function hasChildren(pid: number): boolean {
  if (process.platform !== 'linux')
    return execFileSync('ps', ['-A', '-o', 'ppid=']).toString().split(/\s+/).includes(String(pid));
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim() !== '';
  } catch {
    return false; // it has ended
  }
}

function gather(stream: NodeJS.ReadableStream | null): () => string {
  const parts: Buffer[] = [];
  stream?.on('data', (part: Buffer) => parts.push(part));
  return () => Buffer.concat(parts).toString('utf8');
}
