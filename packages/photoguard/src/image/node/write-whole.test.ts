import { spawn } from 'node:child_process';
import { once } from 'node:events';
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

  it('cleans up what a killed process left, and leaves alone what a living one writes', async () => {
    const half = (name: string): string => `
      import { open } from 'node:fs/promises';
      import { writeWhole } from ${JSON.stringify(new URL('./write-whole.ts', import.meta.url).href)};
      const openFile = async (name) => {
        const file = await open(name, 'wx');
        const writeFile = async () => {
          await file.writeFile('half');
          console.log('half');
          await new Promise(() => setInterval(() => undefined, 1000));
        };
        return { writeFile, sync: () => file.sync(), close: () => file.close() };
      };
      await writeWhole(${JSON.stringify(join(folder, name))}, Buffer.from('whole'), { openFile });`;
    const start = async (name: string) => {
      const child = spawn(process.execPath, ['--conditions=source', '--input-type=module', '-e', half(name)]);
      await once(child.stdout, 'data');
      return child;
    };
    const killed = await start('a.png');
    const living = await start('b.png');
    try {
      killed.kill('SIGKILL');
      await once(killed, 'exit');
      expect(await readdir(folder)).toHaveLength(2);
      await writeWhole(join(folder, 'a.png'), bytes);
      const [part, ...others] = await readdir(folder);
      expect(others).toEqual(['a.png']);
      expect(part).toMatch(new RegExp(`^\\.photoguard-[\\w-]+\\.${living.pid}\\.[0-9a-f]+\\.part$`));
    } finally {
      living.kill('SIGKILL');
      await once(living, 'exit');
    }
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
