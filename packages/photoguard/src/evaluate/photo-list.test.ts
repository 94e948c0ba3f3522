import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listPhotos } from './photo-list.ts';

let parent: string;
let folder: string;
const captions = (...lines: unknown[]): void =>
  writeFileSync(join(folder, 'captions.jsonl'), lines.map((line) => JSON.stringify(line)).join('\n'));

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'photoguard-list-'));
  folder = join(parent, 'photos');
  mkdirSync(join(folder, 'b'), { recursive: true });
  for (const file of ['a.png', 'b/b.JPG', 'c.png', 'notes.txt']) writeFileSync(join(folder, file), '');
});
afterEach(() => rmSync(parent, { recursive: true }));

describe('listPhotos', () => {
  it('takes all photos of a folder under one prompt, in folders too', async () => {
    const { photos, problems } = await listPhotos(folder, { prompt: 'x', seed: 0 });
    expect(photos.map(({ file }) => file).sort()).toEqual(['a.png', 'b/b.JPG', 'c.png']);
    expect(problems).toEqual([]);
  });

  it.each(['.', './', `..${sep}photos`])('names photos whole where the folder is given as %s', async (given) => {
    const before = process.cwd();
    process.chdir(folder);
    try {
      const { photos } = await listPhotos(given, { prompt: 'x', seed: 0 });
      expect(photos.map(({ file }) => file).sort()).toEqual(['a.png', 'b/b.JPG', 'c.png']);
    } finally {
      process.chdir(before);
    }
  });

  it('takes no hidden files, as reports keep them, and none of the folders of the report and of masks', async () => {
    for (const inside of ['report/.work', 'masks', 'masks-of-old'])
      mkdirSync(join(folder, inside), { recursive: true });
    for (const file of ['report/.work/0.png', 'report/x.png', 'masks/a.png', 'masks-of-old/a.png', '._a.png'])
      writeFileSync(join(folder, file), '');
    const except = [join(folder, 'report/'), join(folder, 'masks')];
    const { photos } = await listPhotos(folder, { prompt: 'x', seed: 0, except });
    expect(photos.map(({ file }) => file).sort()).toEqual(['a.png', 'b/b.JPG', 'c.png', 'masks-of-old/a.png']);
    // Masks beside their photos take none of them away.
    const all = await listPhotos(folder, { prompt: 'x', seed: 0, except: [folder, parent] });
    expect(all.photos).toHaveLength(6);
  });

  it('orders by seed, each photo by its own name: leaving one out does not move the others', async () => {
    const all = (await listPhotos(folder, { prompt: 'x', seed: 4 })).photos.map(({ file }) => file);
    rmSync(join(folder, all[1]!));
    const left = (await listPhotos(folder, { prompt: 'x', seed: 4 })).photos.map(({ file }) => file);
    expect(left).toEqual([all[0], all[2]]);
    const orders = [1, 2, 3, 4, 5, 6].map(
      async (seed) => (await listPhotos(folder, { prompt: 'x', seed })).photos[0]!.file,
    );
    expect(new Set(await Promise.all(orders)).size).toBe(2);
  });

  it('takes captions as prompts, of one split, and another prompt for photos without one', async () => {
    captions({ file: 'a.png', caption: 'an a', split: 'v' }, { file: 'b/b.JPG', caption: 'a b' }, { file: 'c.png' });
    const split = await listPhotos(folder, { split: 'v', seed: 0 });
    expect(split).toEqual({ photos: [{ file: 'a.png', prompt: 'an a' }], problems: [] });
    const { photos } = await listPhotos(folder, { prompt: 'else', seed: 0 });
    expect(photos.map(({ prompt }) => prompt).sort()).toEqual(['a b', 'an a', 'else']);
  });

  it('names what does not fit together', async () => {
    captions(
      { file: 'a.png', caption: 'an a' },
      { file: 'a.png', caption: 'again' },
      { file: 'z.png', caption: 'z' },
      7,
    );
    const { photos, problems } = await listPhotos(folder, { seed: 0 });
    expect(photos).toEqual([{ file: 'a.png', prompt: 'an a' }]);
    expect(problems.map(({ name }) => name.split('/').slice(-1)[0])).toEqual([
      'captions.jsonl:4',
      'a.png',
      'z.png',
      'b.JPG',
      'c.png',
    ]);
  });

  it('ends where there is nothing to do', async () => {
    await expect(listPhotos(folder, { seed: 0 })).rejects.toThrow(/no photo to evaluate.*has no caption/);
    await expect(listPhotos(join(folder, 'none'), { seed: 0 })).rejects.toThrow(/cannot be read.*ENOENT/);
    await expect(listPhotos(folder, { split: 'v', seed: 0 })).rejects.toThrow(/needs a captions file/);
    await expect(listPhotos(folder, { captions: '/none', seed: 0 })).rejects.toThrow(/captions cannot be read/);
  });
});
