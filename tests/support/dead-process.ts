// The number of a process that has ended, for tests of what is left of one.
import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** Starts a process, waits for its end, and gives its number. */
export async function deadProcess(): Promise<number> {
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'exit');
  return child.pid!;
}
