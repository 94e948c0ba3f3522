import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cropBatch } from './photo-batches.ts';
import { loadPhotos, readCaptions } from './photo-set.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'photoguard-photos-'));
  await mkdir(join(folder, 'some'));
  // Red tells the column, green the row, blue the photo.
  for (const photo of [0, 1]) {
    const data = Uint8Array.from({ length: 20 * 16 * 3 }, (_, i) =>
      i % 3 === 0 ? Math.floor(i / 3) % 20 : i % 3 === 1 ? Math.floor(i / 60) : 100 + photo,
    );
    await sharp(data, { raw: { width: 20, height: 16, channels: 3 } })
      .png()
      .toFile(join(folder, `some/${photo}.png`));
  }
  await writeFile(join(folder, 'broken.jpg'), 'no picture');
});
afterAll(() => rm(folder, { recursive: true }));

describe('photos of a training', () => {
  it('leaves out what cannot be read or is too small, and says why', async () => {
    const { photos, unreadable } = await loadPhotos(folder, ['some/0.png', 'broken.jpg', 'none.png', 'some/1.png'], 16);
    expect(photos.map(({ file }) => file)).toEqual(['some/0.png', 'some/1.png']);
    expect([...unreadable.keys()].sort()).toEqual(['broken.jpg', 'none.png']);
    const { unreadable: small } = await loadPhotos(folder, ['some/0.png'], 17);
    expect(small.get('some/0.png')).toMatch(/20x16 is below 17/);
  });

  it.each([
    ['{"file":1}', 'file must be a text (got 1)'],
    ['{"file":"a","caption":"b","split":"train"}', 'label must be a text (got none)'],
    ['{"file":"a","caption":"b","label":"c","split":"test"}', 'split must be train or validation (got "test")'],
    ['a: b', 'not valid JSON (got "a: b")'],
  ])('names the line of captions that is wrong: %s', async (line, message) => {
    const path = join(folder, 'captions.jsonl');
    await writeFile(path, `{"file":"a","caption":"b","label":"c","split":"train"}\n\n${line}\n`);
    await expect(readCaptions(folder)).rejects.toMatchObject({ code: 'input', message: `${path}: line 3: ${message}` });
  });
});

describe('cropBatch', () => {
  it('cuts within a photo, and mirrors about half', async () => {
    const { photos } = await loadPhotos(folder, ['some/0.png', 'some/1.png'], 8);
    const batch = cropBatch(photos, { side: 8, seed: 1 }, { size: 64, step: 3 });
    let mirrored = 0;
    const blues = new Set<number>();
    for (let i = 0; i < 64; i++) {
      const at = (c: number, y: number, x: number) => Math.round(batch[((i * 3 + c) * 8 + y) * 8 + x]! * 255);
      const across = at(0, 0, 1) - at(0, 0, 0);
      expect(Math.abs(across)).toBe(1);
      expect(at(0, 7, 7) - at(0, 7, 0)).toBe(7 * across);
      expect(at(1, 7, 0) - at(1, 0, 0)).toBe(7);
      if (across < 0) mirrored++;
      blues.add(at(2, 4, 4));
    }
    expect([...blues].sort()).toEqual([100, 101]);
    expect(mirrored).toBeGreaterThan(16);
    expect(mirrored).toBeLessThan(48);
  });

  it('depends on seed and step only', async () => {
    const { photos } = await loadPhotos(folder, ['some/0.png'], 8);
    const batch = (seed: number, step: number) => cropBatch(photos, { side: 8, seed }, { size: 4, step });
    expect(batch(1, 2)).toEqual(batch(1, 2));
    expect(batch(1, 2)).not.toEqual(batch(1, 3));
    expect(batch(1, 2)).not.toEqual(batch(2, 2));
  });
});
