// Parts of a photo that are transparent: nobody sees them, so they are neither changed nor counted.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testPixels } from '../support/photos.ts';
import { photoguardHere } from './here.ts';

const SIDE = 64;
const AREA = SIDE * SIDE;
let folder: string;
const path = (name: string): string => join(folder, name);

// A photo whose left half has an opacity, 0 to 255.
async function writePhoto(name: string, opacity: number, isLeft: (i: number) => boolean): Promise<Buffer> {
  const rgb = testPixels(SIDE, SIDE, 3);
  const data = Buffer.alloc(4 * AREA);
  for (let i = 0; i < AREA; i++) {
    data.set(rgb.subarray(3 * i, 3 * i + 3), 4 * i);
    data[4 * i + 3] = isLeft(i) ? opacity : 255;
  }
  await sharp(data, { raw: { width: SIDE, height: SIDE, channels: 4 } })
    .png()
    .toFile(path(name));
  return data;
}
const isLeft = (i: number): boolean => i % SIDE < SIDE / 2;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'photoguard-transparent-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('transparent parts', { timeout: 120_000 }, () => {
  it('stay as they are, and the rest is as visible as without them', async () => {
    const before = await writePhoto('half.png', 0, isLeft);
    const { status, stdout, stderr } = await photoguardHere(['immunize', path('half.png'), '--steps', '2', '--json']);
    expect(status, stderr).toBe(0);
    const after = await sharp(path('half.immunized.png')).raw().toBuffer();
    let changed = 0;
    for (let i = 0; i < AREA; i++) {
      const [a, b] = [before.subarray(4 * i, 4 * i + 4), after.subarray(4 * i, 4 * i + 4)];
      if (isLeft(i)) expect(b.equals(a)).toBe(true);
      else if (!b.equals(a)) changed++;
    }
    expect(changed).toBeGreaterThan(AREA / 4);
    const [{ flip }] = JSON.parse(stdout).results;
    expect(Math.abs(flip / 0.07 - 1)).toBeLessThan(0.06);
  });

  it('that are half seen are protected', async () => {
    const before = await writePhoto('pale.png', 128, isLeft);
    await photoguardHere(['immunize', path('pale.png'), '--steps', '2', '--json']);
    const after = await sharp(path('pale.immunized.png')).raw().toBuffer();
    expect(after.some((value, k) => k % 4 < 3 && isLeft(k >> 2) && value !== before[k])).toBe(true);
    expect(after.every((value, k) => k % 4 < 3 || value === before[k])).toBe(true);
  });

  it('are all there is: nothing to protect, said in one line', async () => {
    await writePhoto('none.png', 0, () => true);
    const { status, stderr } = await photoguardHere(['immunize', path('none.png')]);
    expect([status, stderr]).toEqual([
      1,
      expect.stringContaining('none.png: the photo is transparent everywhere: there is nothing to protect'),
    ]);
  });
});
