import { link, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeWhole } from './write-whole.ts';

describe('writeWhole', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'write-whole-'));
  });
  afterEach(() => rm(folder, { recursive: true }));
  const bytes = Uint8Array.of(1, 2, 3);

  it('writes a file, or replaces one, and leaves nothing else', async () => {
    const path = join(folder, 'out.png');
    await writeWhole(path, Uint8Array.of(9));
    await writeWhole(path, bytes);
    expect([...(await readFile(path))]).toEqual([1, 2, 3]);
    expect(await readdir(folder)).toEqual(['out.png']);
  });

  it('refuses the original by its name, another spelling, a symbolic link, a hard link', async () => {
    const original = join(folder, 'photo.png');
    await writeFile(original, 'original');
    await symlink(original, join(folder, 'soft.png'));
    await link(original, join(folder, 'hard.png'));
    await symlink(folder, join(folder, 'loop'));
    const names = ['photo.png', './x/../photo.png', 'soft.png', 'hard.png', 'loop/photo.png'];
    await mkdir(join(folder, 'x'));
    for (const name of names) {
      await expect(writeWhole(`${folder}/${name}`, bytes, { originals: [original] })).rejects.toMatchObject({
        code: 'unwritable',
        message: expect.stringMatching(/overwrite the original/),
      });
    }
    expect(await readFile(original, 'utf8')).toBe('original');
    await writeWhole(join(folder, 'other.png'), bytes, { originals: [original] });
  });

  it('says so when the disk is full, keeps what was there, and leaves no half file', async () => {
    const path = join(folder, 'out.png');
    await writeFile(path, 'before');
    const full = async (name: string) => {
      await writeFile(name, 'half');
      return {
        writeFile: () => Promise.reject(Object.assign(new Error('no space'), { code: 'ENOSPC' })),
        sync: () => Promise.resolve(),
        close: () => Promise.resolve(),
      };
    };
    await expect(writeWhole(path, bytes, { openFile: full })).rejects.toMatchObject({ code: 'no-space' });
    expect(await readdir(folder)).toEqual(['out.png']);
    expect(await readFile(path, 'utf8')).toBe('before');
  });

  it('says what is wrong with a place that cannot be written', async () => {
    await mkdir(join(folder, 'taken'));
    const cases = [
      [join(folder, 'missing', 'out.png'), /folder does not exist/],
      [join(folder, 'taken'), /folder of that name/],
      [join('/proc', 'out.png'), /cannot be written/],
    ] as const;
    for (const [path, message] of cases) {
      await expect(writeWhole(path, bytes)).rejects.toMatchObject({
        code: 'unwritable',
        message: expect.stringMatching(message),
      });
    }
    expect(await readdir(folder)).toEqual(['taken']);
  });
});
