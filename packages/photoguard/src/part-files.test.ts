import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { deadProcess } from '../../../tests/support/dead-process.ts';
import { abandonedParts, findWhole, partPath } from './part-files.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parts-'));
});
afterEach(() => rm(folder, { recursive: true }));

it('only what nobody will finish counts as abandoned', async () => {
  const prefix = join(folder, 'x.');
  const dead = await deadProcess();
  const mine = (pid: number): string => partPath(prefix).replace(`.${process.pid}.`, `.${pid}.`);
  const foreign = (): string => partPath(prefix).replace(/x\.[\w-]+/, 'x.elsewhere');
  const put = async (path: string, hours: number): Promise<string> => {
    await writeFile(path, '');
    await utimes(path, new Date(), new Date(Date.now() - hours * 3_600_000));
    return path;
  };
  const abandoned = [
    await put(mine(dead), 0),
    await put(mine(process.ppid), 25), // its number may be another's by now
    await put(foreign(), 2),
    await put(`${prefix}0123456789ab.part`, 2), // of a version that named no process
  ];
  await put(mine(process.pid), 0);
  await put(mine(process.ppid), 2); // asleep
  await put(foreign(), 0.5);
  await put(`${prefix}0123456789ac.part`, 0);
  await put(mine(dead).replace(/\.part$/, '.png'), 50);
  await put(mine(dead).replace('/x.', '/y.'), 50);
  expect((await abandonedParts(prefix)).sort()).toEqual(abandoned.sort());
  expect(await abandonedParts(join(folder, 'nowhere', 'x.'))).toEqual([]);
});

it('says what a part is a part of', () => {
  expect(basename(findWhole(partPath(join(folder, 'a.b.'))))).toBe('a.b');
});
