// The lock of a data folder: one process at a time, and none left by a process that was killed.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { lockFolder } from './folder-lock.ts';

const folder = mkdtempSync(join(tmpdir(), 'photoguard-lock-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('keeps another process out until it is released or its process is killed', async () => {
  const module = new URL('folder-lock.ts', import.meta.url).href;
  const program = `const { lockFolder } = await import(${JSON.stringify(module)});
    lockFolder(process.argv[1]); console.log('locked'); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--conditions=source', '--input-type=module', '-e', program, folder]);
  await once(child.stdout, 'data');
  expect(() => lockFolder(folder)).toThrow(/another service is at work in .*--data-dir/s);
  child.kill('SIGKILL');
  await once(child, 'exit');
  const release = lockFolder(folder);
  expect(() => lockFolder(folder)).toThrow('another service is at work');
  release();
  lockFolder(folder)();
});
