import { describe, expect, it } from 'vitest';
import { realPhoto } from '../../../../tests/support/real-photo.ts';
import { PhotoGuardError } from '../errors.ts';
import type { Pixels8 } from '../image/index.ts';
import { sharpCodecs } from '../image/node/index.ts';
import { psnr } from '../metrics/index.ts';
import { seedOfPart } from '../transforms/index.ts';
import { parsePurifier } from './parse.ts';
import { PURIFIERS } from './table.ts';

const photo = await realPhoto();
const run = (spec: string, seed = 0, pixels: Pixels8 = photo): Promise<Pixels8> =>
  parsePurifier(spec).apply(pixels, { seed, codecs: sharpCodecs });
const quality = async (spec: string): Promise<number> => psnr(photo, await run(spec));

const WITHOUT_MODEL = Object.entries(PURIFIERS)
  .filter(([, { needs }]) => needs === undefined)
  .map(([name]) => name);

describe.each(WITHOUT_MODEL)('%s', (name) => {
  it('keeps size and input, and gives the same picture for the same seed', async () => {
    for (const [width, height] of [
      [96, 80],
      [33, 47],
      [5, 3],
      [3, 5],
    ] as const) {
      const small = await realPhoto(width, height);
      const before = Uint8Array.from(small.data);
      const first = await run(name, 3, small);
      expect([first.width, first.height, first.data.length]).toEqual([width, height, 3 * width * height]);
      expect(first.data).toBeInstanceOf(Uint8Array);
      expect(await run(name, 3, small)).toEqual(first);
      expect(small.data).toEqual(before);
    }
  });

  it('leaves the photo recognisable, but changes it', async () => {
    const apart = await quality(name);
    if (name === 'none') expect(apart).toBe(Number.POSITIVE_INFINITY);
    else if (name === 'crop')
      expect(apart).toBeGreaterThan(10); // what it shows moves
    else expect(apart).toBeGreaterThan(22);
    if (name !== 'none') expect(apart).toBeLessThan(60);
  });

  it('refuses pixels that do not fit their size, and stops when asked to', async () => {
    const context = { seed: 0, codecs: sharpCodecs };
    await expect(parsePurifier(name).apply({ ...photo, width: 95 }, context)).rejects.toThrow(
      'does not match their size',
    );
    const stopped = parsePurifier(name).apply(photo, { ...context, signal: AbortSignal.abort() });
    await expect(stopped).rejects.toMatchObject({ code: 'aborted' });
  });
});

describe('more of it is further away', () => {
  it.each([
    ['jpeg:95', 'jpeg:75', 'jpeg:40', 'jpeg:10'],
    ['webp:95', 'webp:75', 'webp:40', 'webp:5'],
    ['avif:90', 'avif:60', 'avif:30', 'avif:5'],
    ['resize:0.8', 'resize:0.5', 'resize:0.25', 'resize:0.1'],
    ['crop:0.02', 'crop:0.1', 'crop:0.3'],
    ['blur:0.5', 'blur:1', 'blur:2', 'blur:8'],
    ['noise:1', 'noise:4', 'noise:16'],
    ['median:3', 'median:5', 'median:9'],
    ['bilateral:10', 'bilateral:40', 'bilateral:200'],
    ['guided:4', 'guided:16', 'guided:64'],
    ['bits:7', 'bits:5', 'bits:3', 'bits:1'],
  ])('%s ... %s', async (...specs) => {
    const apart: number[] = [];
    for (const spec of specs) apart.push(await quality(spec));
    expect(apart).toEqual(apart.toSorted((a, b) => b - a));
    expect(new Set(apart).size).toBe(apart.length);
  });
});

describe('nothing at all', () => {
  it.each(['none', 'crop:0', 'median:1', 'bits:8', 'noise:0', 'resize:1', 'rotate:0', 'guided:0:0'])(
    'is done by %s',
    async (spec) => {
      expect((await run(spec)).data).toEqual(photo.data);
    },
  );
});

describe('a chain', () => {
  it('is its parts in their order, each with a seed of its own', async () => {
    const chained = await run('noise:4 > jpeg:60 > noise:6', 7);
    const noisy = await run('noise:4', seedOfPart(7, 0));
    const written = await run('jpeg:60', seedOfPart(7, 1), noisy);
    expect(chained).toEqual(await run('noise:6', seedOfPart(7, 2), written));
  });

  it('depends on the order', async () => {
    expect((await run('jpeg:50 > resize:0.5')).data).not.toEqual((await run('resize:0.5 > jpeg:50')).data);
  });

  it('draws anew in each part: two noises are the root of two larger, not twice one', async () => {
    const spread = async (spec: string): Promise<number> => {
      const grey = { ...photo, data: photo.data.map(() => 128) };
      const { data } = await run(spec, 1, grey);
      return Math.sqrt(data.reduce((sum, v) => sum + (v - 128) ** 2, 0) / data.length);
    };
    expect((await spread('noise:8 > noise:8')) / (await spread('noise:8'))).toBeCloseTo(Math.SQRT2, 1);
  });
});

describe('noise', () => {
  it('has the deviation that it is asked for, and another seed gives another', async () => {
    const grey = { ...photo, data: photo.data.map(() => 128) };
    const { data } = await run('noise:5', 1, grey);
    const mean = data.reduce((sum, v) => sum + v - 128, 0) / data.length;
    expect(mean).toBeCloseTo(0, 0);
    expect(Math.sqrt(data.reduce((sum, v) => sum + (v - 128) ** 2, 0) / data.length)).toBeCloseTo(5, 0);
    expect((await run('noise:5', 2, grey)).data).not.toEqual(data);
  });
});

describe('rotate', () => {
  it('brings every pixel back to its place: a ramp stays a ramp', async () => {
    const [width, height] = [41, 30];
    const data = Uint8Array.from({ length: 3 * width * height }, (_, i) => {
      const pixel = Math.floor(i / 3);
      return [40 + 3 * (pixel % width), 60 + 4 * Math.floor(pixel / width), 100][i % 3]!;
    });
    for (const degrees of [3, -20, 45, 90, 137]) {
      const back = await run(`rotate:${degrees}`, 0, { width, height, channels: 3, data });
      const inside = (i: number): boolean => {
        const [x, y] = [Math.floor(i / 3) % width, Math.floor(i / 3 / width)];
        return x >= 3 && y >= 3 && x < width - 3 && y < height - 3;
      };
      const worst = back.data.reduce((most, v, i) => (inside(i) ? Math.max(most, Math.abs(v - data[i]!)) : most), 0);
      expect(worst, `${degrees} degrees`).toBeLessThanOrEqual(1);
    }
  });
});

describe('median', () => {
  it('of a square that is larger than the picture is refused', async () => {
    await expect(run('median:31', 0, await realPhoto(40, 30))).rejects.toThrow(
      'needs a picture of at least that size (got 40x30)',
    );
  });
});

describe('a file format', () => {
  it('that cannot hold the picture is named', async () => {
    const long = { width: 16384, height: 1, channels: 3 as const, data: new Uint8Array(3 * 16384) };
    const error = await run('webp:50', 0, long).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(PhotoGuardError);
    expect(String(error)).toContain('this picture cannot be written as WebP (got 16384x1');
  });
});
