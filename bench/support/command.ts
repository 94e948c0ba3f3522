// The command `photoguard immunize` as a process: how long it takes, and the peak resident memory of it and what it starts.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { MemoryWatch } from '../../tests/support/process-memory.ts';

const MAIN = fileURLToPath(new URL('../../apps/cli/src/main.ts', import.meta.url));

/** How it went. */
export interface CommandRun {
  readonly code: number | null;
  readonly bytes: number;
  readonly seconds: number;
  /** Its first error; empty: none. */
  readonly said: string;
}

/** Runs `photoguard immunize --json` with further arguments. */
export function runImmunize(args: readonly string[]): Promise<CommandRun> {
  const began = performance.now();
  const all = ['--conditions=source', MAIN, 'immunize', ...args, '--json', '--overwrite', '--force'];
  const child = spawn(process.execPath, all, { stdio: ['ignore', 'pipe', 'inherit'] });
  const watch = new MemoryWatch(child.pid!, 20);
  let out = '';
  child.stdout.on('data', (part: Buffer) => {
    out += part;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      watch.stop();
      const { errors = [] } = JSON.parse(out || '{}') as { errors?: { message: string }[] };
      const seconds = (performance.now() - began) / 1000;
      resolve({ code, bytes: watch.peak() ?? 0, seconds, said: errors[0]?.message ?? '' });
    });
  });
}
