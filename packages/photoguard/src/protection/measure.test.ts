// The figures through a tiny autoencoder with random weights (a committed golden checkpoint).
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testPixels } from '../../../../tests/support/photos.ts';
import { type Pixels8, sharpCodecs } from '../image/node/index.ts';
import type { Encoder } from '../models/index.ts';
import { loadAutoencoder } from '../models/node/index.ts';
import { RECORD } from '../record/testing/record.ts';
import { openRuntime, type Runtime } from '../runtime/node/index.ts';
import { resizedPixels } from '../view/index.ts';
import { isFlat, measureProtection, toJudge, UPLOADS, unseenModels, visibleGrade } from './index.ts';

const FOLDER = fileURLToPath(new URL('../../../../tests/fixtures/golden/checkpoints/ae-tiny', import.meta.url));
const size = { width: 32, height: 24 };
const photo: Pixels8 = { ...size, channels: 3, data: testPixels(32, 24, 3) };
/** Stripes move the latents of an encoder that halves further than noise does. */
const striped: Pixels8 = { ...photo, data: photo.data.map((byte, i) => byte + (Math.floor(i / 24) % 2 ? 12 : -12)) };

describe('a protection', () => {
  let runtime: Runtime;
  let autoencoder: Encoder;
  beforeAll(async () => {
    runtime = await openRuntime({ device: 'cpu', threads: 1 });
    ({ autoencoder } = await loadAutoencoder(FOLDER));
  });
  afterAll(() => runtime.close());

  const measure = (written: Pixels8, options = {}) =>
    measureProtection(photo, written, {
      ...{ judges: [toJudge({ ref: 'tiny', autoencoder })], attacked: false, size, seed: 0, runtime },
      ...{ codecs: sharpCodecs, ...options },
    });

  it('has figures for each space, as it is and after an upload, beside noise and tone', async () => {
    const { judges, attacked, displacement } = await measure(striped);
    expect([judges, attacked, Object.keys(displacement)]).toEqual([['tiny'], false, ['tiny']]);
    expect(Object.keys(displacement.tiny!)).toEqual(UPLOADS);
    const { none } = displacement.tiny!;
    expect(none!.protected).toBeGreaterThan(0.02);
    expect(none!.noise).toBeGreaterThan(2 * none!.tone!);
  });

  it('is measured after other transforms, without tone, and says how far it is', async () => {
    const shares: number[] = [];
    const options = { purifiers: ['none', 'blur:1'], tone: false, onShare: (share: number) => shares.push(share) };
    const { displacement } = await measure(striped, options);
    expect(Object.values(displacement.tiny!).map((figures) => Object.keys(figures))).toEqual([
      ['protected', 'noise'],
      ['protected', 'noise'],
    ]);
    expect(shares).toEqual([0.5, 1]);
  });

  it('of a photo larger than what judges see is that of the smaller one', async () => {
    const half = { width: 16, height: 12 };
    const large = await measure(striped, { size: half });
    const small = await measureProtection(resizedPixels(photo, half), resizedPixels(striped, half), {
      ...{ judges: [toJudge({ ref: 'tiny', autoencoder })], attacked: false, size: half, seed: 0, runtime },
      codecs: sharpCodecs,
    });
    expect(large).toEqual(small);
    expect(large.size).toEqual([half.width, half.height]);
  });

  it('of a picture with nothing in it is said to be of one', async () => {
    expect(isFlat(await measure(striped))).toBe(false);
    const figures = { none: { protected: 3, noise: 2 } };
    expect(isFlat({ judges: [], attacked: null, size: [8, 8], displacement: { a: figures } })).toBe(true);
  });

  it('is judged by what its record does not name', () => {
    const models = ['seen', 'unseen'].map((ref) => ({ ref, autoencoder }));
    const record = { ...RECORD, models: [{ ref: 'seen' }] };
    expect(unseenModels(record, models).map(({ ref }) => ref)).toEqual(['unseen']);
    expect(unseenModels(undefined, models)).toHaveLength(2);
  });
});

it('has a grade for what people see', () => {
  expect([0, 0.05, 0.07, 0.1, 0.5].map(visibleGrade)).toEqual([0, 1, 1, 2, 3]);
});
