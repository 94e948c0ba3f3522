// What is printed may go nowhere: nobody reads it, or the disk is full. The photos are finished all the same, and the exit
// status tells.
import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testImage } from '../support/photos.ts';
import { tinyRepository, writeFiles } from '../support/tiny-model.ts';
import { photoguard } from './command.ts';

let folder: string;
let count = 0;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'photoguard-lost-'));
  writeFiles(join(folder, 'model'), tinyRepository());
  for (const name of ['a.png', 'b.png']) await testImage(32, 32).png().toFile(join(folder, name));
  writeFileSync(join(folder, 'bad.png'), 'no picture');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Immunizes a bad photo and two good ones; what was written, and how it ended. */
async function run(lose: 'stdout' | 'stderr', how: 'full' | 'closed') {
  const output = `out${++count}`;
  const full = how === 'full' ? openSync('/dev/full', 'w') : undefined;
  const args = [
    'immunize',
    'a.png',
    'bad.png',
    'b.png',
    '-m',
    'model',
    '--steps',
    '2',
    '--size',
    '32x32',
    '-o',
    output,
  ];
  const ended = await photoguard(args, (child) => how === 'closed' && child[lose]!.destroy(), {
    cwd: folder,
    ...(full !== undefined && { [lose]: full }),
  });
  if (full !== undefined) closeSync(full);
  return { ...ended, written: readdirSync(join(folder, output)).sort() };
}

describe('output that goes nowhere', () => {
  for (const how of ['full', 'closed'] as const)
    for (const lose of ['stdout', 'stderr'] as const)
      it.skipIf(how === 'full' && !existsSync('/dev/full'))(
        `${lose} ${how}: the photos are finished, and it is no success`,
        async () => {
          const { status, stdout, stderr, written } = await run(lose, how);
          expect([status, written]).toEqual([1, ['a.immunized.png', 'b.immunized.png']]);
          if (lose === 'stderr') expect(stdout).toMatch(/3 photos: 2 immunized/);
          else
            expect(stderr).toMatch(
              how === 'full' ? /standard output .*disk is full/ : /standard output .*reader closed it/,
            );
          expect(stderr).not.toMatch(/ at .*:\d+:\d+|bug/);
        },
      );

  it('alone makes no success of a run in which all else went well', async () => {
    const args = ['immunize', 'a.png', '-m', 'model', '--steps', '2', '--size', '32x32', '-o', 'alone.png'];
    const { status } = await photoguard(args, (child) => void child.stdout!.destroy(), { cwd: folder });
    expect([status, existsSync(join(folder, 'alone.png'))]).toEqual([1, true]);
  });
});

it('a working directory that was deleted is told, and is no bug', () => {
  const gone = mkdtempSync(join(folder, 'gone-'));
  const main = fileURLToPath(new URL('../../apps/cli/src/main.ts', import.meta.url));
  const command = `rmdir "${gone}" && exec "${process.execPath}" --conditions=source "${main}" immunize a.png -m model`;
  const { status, stderr } = spawnSync('sh', ['-c', command], { cwd: gone, encoding: 'utf8' });
  expect([status, stderr]).toEqual([
    2,
    'photoguard: the working directory no longer exists; change to another directory\n',
  ]);
});
