// The measure through a tiny autoencoder with random weights (a committed golden checkpoint).
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { RandomStore } from '../../../../tests/support/tiny-surrogates.ts';
import type { Pixels8 } from '../image/index.ts';
import { type Autoencoder, parseSurrogateConfig, SurrogateEncoder } from '../models/index.ts';
import { loadAutoencoder } from '../models/node/index.ts';
import { Random } from '../random.ts';
import { openRuntime, type Runtime } from '../runtime/node/index.ts';
import {
  addNoise,
  contentNorm,
  DisplacementMeter,
  lowerContrast,
  matchTone,
  meterBytes,
  rootMeanSquare,
} from './index.ts';

const FOLDER = fileURLToPath(new URL('../../../../tests/fixtures/golden/checkpoints/ae-tiny', import.meta.url));
const [width, height] = [32, 24];
const draw = new Random(5).uniform(3 * width * height, -1, 1);

/** Smooth enough that its tone is one thing and noise another; no value near 0 or 255. */
const photo: Pixels8 = {
  ...{ width, height, channels: 3 },
  data: Uint8Array.from(draw, (_, i) => 120 + 60 * Math.sin(i / 40) + 20 * Math.cos(i / 7)),
};
const inTone = (gain: number, offset: number): Pixels8 => ({
  ...photo,
  data: photo.data.map((byte) => Math.round(gain * byte + offset)),
});

describe('displacement', () => {
  let runtime: Runtime;
  let autoencoder: Autoencoder;
  let meter: DisplacementMeter;
  beforeAll(async () => {
    runtime = await openRuntime({ device: 'cpu', threads: 1 });
    ({ autoencoder } = await loadAutoencoder(FOLDER));
    meter = new DisplacementMeter({ runtime, encoders: { tiny: autoencoder }, size: { width, height } });
  });
  afterAll(async () => {
    await meter.release();
    await runtime.close();
  });

  it('of the photo itself is 0, and of a change of tone next to nothing', async () => {
    expect((await meter.measure(photo, photo)).tiny).toBe(0);
    const toned = inTone(0.85, 12);
    const tone = (await meter.measure(photo, toned)).tiny!;
    const noise = (await meter.measure(photo, addNoise(photo, rootMeanSquare(photo, toned), draw))).tiny!;
    expect(tone).toBeLessThan(0.03);
    expect(noise).toBeGreaterThan(10 * tone);
  });

  it('of encoders of one network is that of each, in one program', async () => {
    const changed = addNoise(photo, 4, draw);
    const { tiny } = await meter.measure(photo, changed);
    const size = { width, height };
    const loads = vi.spyOn(runtime, 'load');
    const both = new DisplacementMeter({ runtime, encoders: { a: autoencoder, b: autoencoder }, size, together: true });
    expect(await both.measure(photo, changed)).toEqual({ a: tiny, b: tiny });
    await both.release();
    expect(loads.mock.calls.map(([graph]) => graph.outputs.length)).toEqual([2]);
  });

  it('encodes what is the same photo once', async () => {
    const lease = runtime.programs.lease();
    const run = vi.spyOn(lease, 'run');
    vi.spyOn(runtime.programs, 'lease').mockReturnValueOnce(lease);
    const counted = new DisplacementMeter({ runtime, encoders: { tiny: autoencoder }, size: { width, height } });
    const measured = await counted.measureEach(photo, { noisy: addNoise(photo, 2, draw), toned: inTone(0.8, 20) });
    expect(run).toHaveBeenCalledTimes(3); // the photo, the noisy one, and the toned one, which is the photo in its tone
    expect([measured.noisy.tiny! > 0.01, measured.toned.tiny]).toEqual([true, 0]);
    await counted.release();
  });

  it('grows with the change, and counts nothing that a purifier does by itself', async () => {
    const small = (await meter.measure(photo, addNoise(photo, 2, draw))).tiny!;
    const large = (await meter.measure(photo, addNoise(photo, 8, draw))).tiny!;
    expect(large).toBeGreaterThan(2.5 * small);
    const flat = async (pixels: Pixels8): Promise<Pixels8> => ({ ...pixels, data: pixels.data.map(() => 90) });
    expect((await meter.measure(photo, addNoise(photo, 8, draw), { before: flat })).tiny).toBe(0);
  });
});

describe('a large picture', () => {
  it('is measured in tiles, with the same figures, in less memory', async () => {
    const size = { width: 1664, height: 1024 };
    const space = { name: 'a', mean: [0, 0], deviation: [1, 1] };
    const config = { design: 'strided', channels: [4, 6], blocks: [1, 1], spaces: [space] };
    const [encoder] = new SurrogateEncoder(parseSurrogateConfig(config), new RandomStore()).spaces;
    const whole = { ...encoder!, isLocal: false };
    expect(meterBytes([encoder!], size)).toBeLessThan(0.7 * meterBytes([whole], size));
    const data = Uint8Array.from({ length: 3 * size.width * size.height }, (_, i) => 128 + 100 * Math.sin(i / 997));
    const large: Pixels8 = { ...size, channels: 3, data };
    const changed = addNoise(large, 5, new Random(7).uniform(data.length, -1, 1));
    const runtime = await openRuntime({ device: 'cpu', threads: 1 });
    const meter = new DisplacementMeter({ runtime, encoders: { whole }, size });
    const inTiles = new DisplacementMeter({ runtime, encoders: { tiled: encoder! }, size });
    const expected = (await meter.measure(large, changed)).whole!;
    expect(expected).toBeGreaterThan(0.01);
    expect((await inTiles.measure(large, changed)).tiled).toBeCloseTo(expected, 6);
    await meter.release();
    await inTiles.release();
    await runtime.close();
  });
});

describe('controls', () => {
  it('have the size that is asked for', () => {
    for (const rms of [1, 3, 7]) {
      expect(rootMeanSquare(photo, addNoise(photo, rms, draw))).toBeCloseTo(rms, 1);
      expect(rootMeanSquare(photo, lowerContrast(photo, rms))).toBeCloseTo(rms, 1);
    }
  });

  it('of a flat picture: it has no contrast to lose, and noise is noise', () => {
    const flat: Pixels8 = { ...photo, data: photo.data.map(() => 255) };
    expect(lowerContrast(flat, 5).data).toEqual(flat.data);
    expect(rootMeanSquare(flat, addNoise(flat, 5, draw))).toBeCloseTo(5, 0);
    expect(matchTone(flat, inTone(1, 0)).data.every((byte) => byte === matchTone(flat, inTone(1, 0)).data[0])).toBe(
      true,
    );
  });

  it('match the tone of another picture', () => {
    expect(rootMeanSquare(matchTone(photo, inTone(0.8, 20)), inTone(0.8, 20))).toBeLessThan(0.6);
  });
});

it('content is what differs from the mean of each channel', () => {
  expect(contentNorm(Float32Array.of(1, 1, 5, 5), 2)).toBe(0);
  expect(contentNorm(Float32Array.of(1, 3, 5, 9), 2)).toBeCloseTo(Math.sqrt(2 + 8), 6);
});
