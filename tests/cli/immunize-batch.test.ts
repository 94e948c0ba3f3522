import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { testImage } from '../support/photos.ts';
import { tinyRepository, writeFiles } from '../support/tiny-model.ts';
import { photoguard } from './command.ts';

it('a batch that is stopped says what is done and how to go on, and the same command does', async () => {
  const cwd = mkdtempSync(join(tmpdir(), 'photoguard-stopped-'));
  writeFiles(join(cwd, 'model'), tinyRepository());
  for (const name of ['a.png', 'b.png']) await testImage(32, 32).png().toFile(join(cwd, name));
  const args = ['immunize', '-m', 'model', '--steps', '250', '--size', '64x64', 'a.png', 'b.png', '-o', 'out'];
  const stop = (child: import('node:child_process').ChildProcess): void => {
    const wait = setInterval(() => {
      if (!existsSync(join(cwd, 'out/a.immunized.png'))) return;
      clearInterval(wait);
      setTimeout(() => child.kill('SIGINT'), 100);
    }, 20);
  };
  const { status, stderr } = await photoguard(args, stop, { cwd });
  expect([status, stderr]).toEqual([
    130,
    expect.stringMatching(/stopped: 1 of 2 photos are done; run the same command to resume/),
  ]);
  expect(readdirSync(join(cwd, 'out'))).toEqual(['a.immunized.png']);
  const { stdout } = await photoguard(args, undefined, { cwd });
  expect(stdout).toMatch(/2 photos: 1 immunized in .*, 1 already done/);
  rmSync(cwd, { recursive: true });
});
