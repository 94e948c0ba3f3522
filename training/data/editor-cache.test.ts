import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { alphasCumprod, schedulerFromConfig } from 'photoguard/schedulers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EditorBatch, type EditorCache, openEditorCache } from './editor-cache.ts';
import { type CacheContent, writeCache } from './editor-cache-file.ts';
import { EDITOR_SCHEDULER, noiseLevels } from './editor-noise.ts';

const SIDE = 2;
const AREA = SIDE * SIDE;
const TOKENS = 5;
const TRAIN = 40;
const VALIDATION = 5;
/** Bits of halves 0, 1 and 2; the latent of every version is 1, masked 0 and hidden 2. */
const [ZERO, ONE, TWO] = [0x0000, 0x3c00, 0x4000];

/** Prompts 0 to 4: none, then the captions of all photos; their token ids are their row in the table, repeated. */
function content(): CacheContent {
  const n = TRAIN + VALIDATION;
  const prompts = ['', 'a photo of a rose', 'a rose', 'a photo of a red rose', 'a red rose'];
  const junk = 2;
  return {
    index: {
      ...{ version: 1, madeBy: { program: 'a test' }, latentSide: SIDE, tokens: TOKENS, junk, prompts },
      photos: Array.from({ length: n }, (_, i) => `some/${i}.jpg`),
    },
    tensors: {
      latent: new Uint16Array(n * 4 * AREA).fill(ONE),
      masked: new Uint16Array(n * 4 * AREA).fill(ZERO),
      mask: Uint8Array.from({ length: n * AREA }, (_, i) => (i % AREA === 0 ? 1 : 0)),
      hidden: new Uint16Array(4 * AREA).fill(TWO),
      photo: Int32Array.from({ length: n }, (_, i) => i),
      weight: Float32Array.from({ length: n }, (_, i) => (i < TRAIN ? 1 + (i % 2) : 0)),
      captions: Int32Array.from({ length: n * 4 }, (_, i) => 1 + (i % 4)),
      ids: Int32Array.from({ length: 15 * TOKENS }, (_, i) => Math.floor(i / TOKENS)),
      validationNoise: Float32Array.from({ length: 2 * VALIDATION * 4 * AREA }, (_, i) => Math.floor(i / (4 * AREA))),
      validationTimestep: Int32Array.from({ length: 2 * VALIDATION }, (_, i) => 31 + 62 * i),
    },
  };
}

let folder: string;
let cache: EditorCache;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'photoguard-cache-'));
  await writeCache(folder, content());
  cache = await openEditorCache(folder);
});
afterAll(() => rm(folder, { recursive: true }));

/** `count` rows of many steps, one value each. */
function rows<T>(count: number, value: (batch: EditorBatch, row: number) => T): T[] {
  return Array.from({ length: count / 20 }, (_, step) => cache.batch({ size: 20, seed: 3, step })).flatMap((batch) =>
    Array.from({ length: 20 }, (_, row) => value(batch, row)),
  );
}
const isWhole = ({ mask }: EditorBatch, row: number): boolean =>
  mask.subarray(row * AREA, (row + 1) * AREA).every((m) => m === 1);
const promptAt = ({ ids }: EditorBatch, row: number): number => ids[row * TOKENS]!;

describe('a batch', () => {
  it('depends on seed and step only', async () => {
    const at = (seed: number, step: number) => cache.batch({ size: 8, seed, step });
    const first = at(1, 2);
    at(1, 3);
    expect(at(1, 2)).toEqual(first);
    expect((await openEditorCache(folder)).batch({ size: 8, seed: 1, step: 2 })).toEqual(first);
    expect(at(1, 3)).not.toEqual(first);
    expect(at(2, 2)).not.toEqual(first);
  });

  it('is alpha z + sigma eps, the mask, the latent of the masked photo; and alpha eps - sigma z', () => {
    const { alpha, sigma } = noiseLevels();
    const batch = cache.batch({ size: 20, seed: 0, step: 0 });
    for (let row = 0; row < 20; row++) {
      const [a, s] = [alpha[batch.timestep[row]!]!, sigma[batch.timestep[row]!]!];
      const sample = batch.sample.subarray(row * 9 * AREA, (row + 1) * 9 * AREA);
      for (let i = 0; i < 4 * AREA; i++) {
        const eps = (sample[i]! - a) / s;
        expect(batch.target[row * 4 * AREA + i]).toBeCloseTo(a * eps - s, 3);
      }
      const whole = isWhole(batch, row);
      expect([...sample.subarray(4 * AREA, 5 * AREA)]).toEqual(whole ? [1, 1, 1, 1] : [1, 0, 0, 0]);
      expect([...new Set(sample.subarray(5 * AREA))]).toEqual([whole ? 2 : 0]);
    }
  });

  it('has each version once, by weight', () => {
    const all = cache.batch({ size: TRAIN, seed: 0, step: 5 });
    expect(all.timestep).toHaveLength(TRAIN);
    expect(() => cache.batch({ size: TRAIN + 1, seed: 0, step: 0 })).toThrow(/at most as many rows .*41 rows of 40/);
  });

  it('masks the whole picture in a quarter of the rows', () => {
    const share = rows(8000, isWhole).filter(Boolean).length / 8000;
    expect(Math.abs(share - 0.25)).toBeLessThan(0.02);
  });

  it('drops one prompt in eight, adds unknown words to one in twenty, and names colours in two of three', () => {
    const prompts = rows(8000, promptAt);
    const share = (from: number, to = from) => prompts.filter((p) => p >= from && p <= to).length / prompts.length;
    expect(Math.abs(share(0) - 0.12 * 0.95)).toBeLessThan(0.012);
    expect(Math.abs(share(5, 14) - 0.05)).toBeLessThan(0.01);
    expect(Math.abs(share(3) - 0.5 * 0.88 * 0.95)).toBeLessThan(0.02);
    expect(Math.abs(share(4) - 0.15 * 0.88 * 0.95)).toBeLessThan(0.015);
    expect(Math.abs(share(1) - 0.25 * 0.88 * 0.95)).toBeLessThan(0.02);
    expect(Math.abs(share(2) - 0.1 * 0.88 * 0.95)).toBeLessThan(0.012);
  });

  it('takes a timestep of each stratum, of density min(1, 6 / (1 + SNR))', () => {
    const { timestep } = cache.batch({ size: 20, seed: 4, step: 9 });
    expect([...timestep]).toEqual([...timestep].sort((a, b) => a - b));
    expect(new Set(timestep).size).toBe(20);
    const kept = alphasCumprod(schedulerFromConfig(EDITOR_SCHEDULER).config);
    const density = kept.map((a) => Math.min(1, 6 / (1 + a / (1 - a))));
    const below200 = density.subarray(0, 200).reduce((a, b) => a + b) / density.reduce((a, b) => a + b);
    const drawn = rows(8000, (batch, row) => batch.timestep[row]! < 200).filter(Boolean).length / 8000;
    expect(Math.abs(drawn - below200)).toBeLessThan(0.01);
  });

  it('has noise of mean 0 and variance 1', () => {
    const { alpha, sigma } = noiseLevels();
    const noise = rows(2000, ({ sample, timestep }, row) =>
      [...sample.subarray(row * 9 * AREA, (row * 9 + 4) * AREA)].map(
        (x) => (x - alpha[timestep[row]!]!) / sigma[timestep[row]!]!,
      ),
    ).flat();
    const mean = noise.reduce((a, b) => a + b) / noise.length;
    expect(Math.abs(mean)).toBeLessThan(0.02);
    expect(Math.abs(noise.reduce((a, b) => a + b * b, 0) / noise.length - 1)).toBeLessThan(0.03);
  });
});

describe('validation', () => {
  it('is every validation photo with its own noise and timestep, first masked, then whole', () => {
    const batches = [...cache.validation(2)];
    expect(batches.map(({ kind, timestep }) => [kind, timestep.length])).toEqual([
      ...[2, 2, 1].map((n) => ['masked', n]),
      ...[2, 2, 1].map((n) => ['whole', n]),
    ]);
    expect(batches.flatMap(({ timestep }) => [...timestep])).toEqual(Array.from({ length: 10 }, (_, i) => 31 + 62 * i));
    expect(batches.flatMap(({ ids }) => [...ids]).every((id) => id === 3)).toBe(true); // the caption with a colour
    const { alpha, sigma } = noiseLevels();
    expect(batches[3]!.sample[0]).toBeCloseTo(alpha[341]! + 5 * sigma[341]!, 5);
    expect(isWhole(batches[3]!, 0)).toBe(true);
    expect(isWhole(batches[0]!, 0)).toBe(false);
  });
});

describe('openEditorCache', () => {
  const damaged = async (change: (folder: string) => Promise<void>): Promise<unknown> => {
    const other = await mkdtemp(join(tmpdir(), 'photoguard-cache-'));
    await writeCache(other, content());
    await change(other);
    const error = await openEditorCache(other).then(
      () => undefined,
      (e: unknown) => e,
    );
    await rm(other, { recursive: true });
    return error;
  };
  const indexWith = (values: object) => async (other: string) => {
    const path = join(other, 'editor-cache.json');
    await writeFile(path, JSON.stringify({ ...JSON.parse(await readFile(path, 'utf8')), ...values }));
  };

  it('says what is wrong, and what to do', async () => {
    expect(await damaged((other) => rm(join(other, 'editor-cache.json')))).toMatchObject({
      code: 'input',
      message: expect.stringMatching(/there is no cache here; make the cache again/),
    });
    expect(await damaged(indexWith({ version: 7 }))).toMatchObject({
      code: 'input',
      message: expect.stringMatching(/editor-cache\.json: version must be 1 \(got 7\); make the cache again/),
    });
    expect(await damaged(indexWith({ prompts: ['', 7] }))).toMatchObject({
      code: 'input',
      message: expect.stringMatching(/prompts\[1\] must be a text \(got 7\)/),
    });
    expect(await damaged((other) => truncate(join(other, 'editor-cache.safetensors'), 4000))).toMatchObject({
      code: 'checkpoint',
      message: expect.stringMatching(/ends after the file/),
    });
    expect(await damaged(indexWith({ tokens: 6 }))).toMatchObject({
      code: 'checkpoint',
      message: expect.stringMatching(/ids should be int32 of shape \[15,6\] \(got int32 of \[15,5\]\)/),
    });
    expect(await damaged(indexWith({ prompts: ['', 'a', 'b'], junk: 4 }))).toMatchObject({
      message: expect.stringMatching(/element 2 of captions is out of range \(got 3\)/),
    });
  });
});
