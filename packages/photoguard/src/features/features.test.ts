import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { GraphBuilder, writeOnnx } from 'onnx-grad';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { goldenCases, goldenRoot, relativeError } from '../../../../tests/support/golden-files.ts';
import { frechetDistance, type Rgb8 } from '../metrics/index.ts';
import { loadAutoencoder, loadCLIP, loadTokenizer, readOnnxFile } from '../models/node/index.ts';
import { openRuntime, type Runtime } from '../runtime/node/index.ts';
import { clipNetwork, encoderFeatures, type OnnxDeclaration, onnxFeatures, perceptualNetwork } from './index.ts';

let runtime: Runtime;
let folder: string;
beforeAll(async () => {
  runtime = await openRuntime({ device: 'cpu' });
  folder = mkdtempSync(join(tmpdir(), 'features-'));
});
afterAll(async () => {
  await runtime.close();
  rmSync(folder, { recursive: true });
});

const tiny = fileURLToPath(new URL('../../../../tests/fixtures/golden/checkpoints/ae-tiny', import.meta.url));

describe('features of an encoder', () => {
  it('are 8 for each channel of the latent, in the order of the pictures, under a name that says what they are', async () => {
    const { autoencoder } = await loadAutoencoder(tiny);
    const network = encoderFeatures(runtime, 'ae-tiny', autoencoder, { width: 64, height: 48 });
    const [a, b] = [scene(1), scene(2, 90, 70)];
    const both = await network.features([a, b]);
    expect([both.count, both.dimensions]).toEqual([2, 8 * autoencoder.latentChannels]);
    const alone = await network.features([b]);
    expect([...both.data.slice(both.dimensions)]).toEqual([...alone.data]);
    expect(network.name).toBe('encoder of ae-tiny at 64x48, mean and standard deviation of latents over 2x2 cells');
    await network.release();
    expect([...(await network.features([b])).data]).toEqual([...alone.data]); // loaded anew
    await network.release();
  });

  it('tell sets apart by tens of pictures: more noise, larger distance, far above that of two like sets', async () => {
    const { autoencoder } = await loadAutoencoder(tiny);
    const network = encoderFeatures(runtime, 'ae-tiny', autoencoder, { width: 64, height: 64 });
    const set = (from: number, noise: number) =>
      network.features(Array.from({ length: 24 }, (_, i) => noisy(scene(from + i), noise)));
    const clean = await set(0, 0);
    const [alike, little, much] = await Promise.all([set(100, 0), set(100, 16), set(100, 64)]);
    const [none, some, most] = [alike, little, much].map((other) => frechetDistance(clean, other));
    expect(some).toBeGreaterThan(none!);
    expect(most).toBeGreaterThan(2 * some!);
    await network.release();
  });

  it('stop when told to, and refuse sizes that the encoder cannot take', async () => {
    const { autoencoder } = await loadAutoencoder(tiny);
    const network = encoderFeatures(runtime, 'ae-tiny', autoencoder, { width: 64, height: 64 });
    await expect(network.features([scene(1)], AbortSignal.abort())).rejects.toMatchObject({ code: 'aborted' });
    expect((await network.features([scene(1)])).count).toBe(1);
    await network.release();
    const odd = (): unknown => encoderFeatures(runtime, 'ae-tiny', autoencoder, { width: 63, height: 64 });
    expect(odd).toThrow(/ae-tiny need both sides to be a multiple of.*got 63x64/);
  });
});

describe('features of an ONNX file', () => {
  it('are its output, maps averaged over positions, for pixels normalised as declared', async () => {
    const file = write('two-channels.onnx', [6, 4], (g, image) => g.output('map', mixed(g, image)));
    const input: OnnxDeclaration = {
      input: 'image',
      size: { width: 6, height: 4 },
      mean: [0.5, 0.5, 0.5],
      deviation: [0.25, 0.25, 0.25],
    };
    const network = await onnxFeatures(runtime, await readOnnxFile(file), input);
    const { data, dimensions } = await network.features([flat(51, 102, 204)]);
    const [r, g, b] = [51, 102, 204].map((byte) => (byte / 255 - 0.5) / 0.25) as [number, number, number];
    expect(dimensions).toBe(2);
    expect(data[0]).toBeCloseTo(r + 2 * g, 5);
    expect(data[1]).toBeCloseTo(b - r, 5);
    expect(network.name).toBe('two-channels.onnx at 6x4, output map, mean over positions');
    await network.release();
  });

  it('see pictures of other sizes whole', async () => {
    const file = write('resized.onnx', [6, 4], (g, image) => g.output('map', mixed(g, image)));
    const network = await onnxFeatures(runtime, await readOnnxFile(file), {
      input: 'image',
      size: { width: 6, height: 4 },
      name: 'mine',
    });
    const { data } = await network.features([flat(51, 102, 204, 31, 17)]);
    expect(data[0]).toBeCloseTo((51 + 204) / 255, 5);
    expect(network.name).toMatch(/^mine at 6x4/);
    await network.release();
  });

  it('need a file, an input and one output that it has, in one line each', async () => {
    const size = { width: 6, height: 4 };
    const file = write('outputs.onnx', [6, 4], (g, image) => {
      g.output('map', mixed(g, image));
      g.output('total', g.sum(image, [0, 1, 2, 3], false));
    });
    const open = async (options: object, path = file) =>
      onnxFeatures(runtime, await readOnnxFile(path), { input: 'image', size, ...options });
    await expect(open({})).rejects.toThrow(/several outputs: name one.*map, total/);
    await expect(open({ output: 'pool' })).rejects.toThrow(/no output pool; its outputs: map, total/);
    await expect(open({ output: 'total' })).rejects.toThrow(/\[1, dimensions\] or.*got \[\]/);
    await expect(open({ input: 'pixels' })).rejects.toMatchObject({ code: 'checkpoint' });
    await expect(open({}, join(folder, 'absent.onnx'))).rejects.toThrow(/absent.onnx: there is no such file/);
    writeFileSync(join(folder, 'broken.onnx'), 'not a model');
    await expect(open({}, join(folder, 'broken.onnx'))).rejects.toMatchObject({ code: 'checkpoint' });
  });
});

describe('a perceptual distance', () => {
  const size = { width: 5, height: 3 };
  const network = async (weights?: Record<string, number[]>) => {
    const file = write('layers.onnx', [5, 3], (g, image) => {
      g.output('first', image);
      g.output('second', mixed(g, image));
    });
    return perceptualNetwork(runtime, await readOnnxFile(file), { input: 'image', size, weights });
  };

  it('is 0 of equal pictures, symmetric, and names its network', async () => {
    const one = await network();
    const [a, b] = [scene(1, 5, 3), noisy(scene(1, 5, 3), 40)];
    const forth = await one.distance(a, b);
    expect((await one.distance(a, a)).distance).toBe(0);
    expect((await one.distance(b, a)).distance).toBeCloseTo(forth.distance, 12);
    expect(forth.distance).toBeGreaterThan((await one.distance(a, noisy(a, 10))).distance);
    expect(forth.network).toBe('layers.onnx at 5x3, 2 layers, channels not weighed');
    await one.release();
  });

  it('follows its definition: features of length 1, differences weighed by channel, layers added', async () => {
    const one = await network({ first: [1, 0, 2], second: [3, 0.5] });
    const [p, q] = [flat(255, 0, 0, 5, 3), flat(0, 0, 255, 5, 3)];
    const { distance, layers } = await one.distance(p, q);
    const first = 1 * (1 - 0) ** 2 + 2 * (0 - 1) ** 2;
    const unit = Math.SQRT1_2; // red gives (1, -1), blue (0, 1)
    const second = 3 * unit ** 2 + 0.5 * (-unit - 1) ** 2;
    expect(layers.map(({ distance }) => distance)).toEqual([expect.closeTo(first, 6), expect.closeTo(second, 6)]);
    expect(distance).toBeCloseTo(first + second, 6);
    await one.release();
  });

  it('refuses weights that fit no layer, and pictures of different size', async () => {
    await expect(network({ first: [1, 2] })).rejects.toThrow(/first takes 3 weights.*got 2/);
    await expect(network({ third: [1] })).rejects.toThrow(/not compared.*got third/);
    const one = await network();
    await expect(one.distance(flat(1, 1, 1, 5, 3), flat(1, 1, 1, 3, 5))).rejects.toThrow(/same size/);
  });
});

describe('CLIP similarities', () => {
  if (goldenRoot === undefined || goldenCases('clip', (name) => name === 'full').length === 0)
    it.skip('agree with transformers: golden clip/full absent (set PHOTOGUARD_GOLDEN)', () => {});
  for (const golden of goldenCases('clip', (name) => name === 'full')) {
    it('agree with transformers (golden clip/full)', async () => {
      const root = join(golden.folder, '..');
      const { clip } = await loadCLIP(join(root, String(golden.json.checkpoint)));
      const tokenizer = await loadTokenizer(join(root, String(golden.json.config.tokenizer)));
      const network = clipNetwork(runtime, 'clip-full', clip, tokenizer);
      const prompts = (golden.json.config.prompts as string[]).slice(0, 3);
      const pictures = toBytes(golden.tensors.get('input.pixel_values')!.data);
      const expected = golden.tensors.get('output.cosine')!.data; // [3 images, 4 texts]
      const { data } = await network.features(pictures);
      expect(relativeError(data, golden.tensors.get('output.image_features')!.data)).toBeLessThan(1e-5);
      const diagonal = [expected[0]!, expected[5]!, expected[10]!];
      expect(relativeError(await network.promptSimilarity(pictures, prompts), diagonal)).toBeLessThan(2e-5);
      const [one] = pictures as [Rgb8];
      expect((await network.pictureSimilarity([one], [one]))[0]).toBeCloseTo(1, 12);
      expect((await network.pictureSimilarity([one], [pictures[1]!]))[0]).toBeLessThan(0.999);
      await expect(network.promptSimilarity(pictures, ['one'])).rejects.toThrow(/same number of rows.*3 and 1/);
      await network.release();
    });
  }
});

// Two channels of a picture's three: red + 2 green, and blue - red.
function mixed(g: GraphBuilder, image: Parameters<GraphBuilder['output']>[1]) {
  const data = Float32Array.from([1, 2, 0, -1, 0, 1]);
  const weight = g.initializer('weight', { dtype: 'float32', shape: [2, 3, 1, 1], data });
  const attributes = { kernel_shape: [1, 1], strides: [1, 1], dilations: [1, 1], pads: [0, 0, 0, 0], group: 1 };
  return g.op('Conv', [image, weight], attributes);
}

function write(
  name: string,
  [width, height]: readonly [number, number],
  build: (g: GraphBuilder, image: ReturnType<GraphBuilder['input']>) => void,
): string {
  const g = new GraphBuilder('network');
  build(g, g.input('image', 'float32', [1, 3, height, width]));
  const file = join(folder, name);
  writeFileSync(file, writeOnnx(g.build()));
  return file;
}

function flat(r: number, g: number, b: number, width = 6, height = 4): Rgb8 {
  const data = Uint8Array.from({ length: 3 * width * height }, (_, i) => [r, g, b][i % 3]!);
  return { width, height, data };
}

// Slopes and waves in three colours, another picture for each seed.
function scene(seed: number, width = 64, height = 64): Rgb8 {
  const [p, q, r] = [Math.sin(seed * 91.7), Math.sin(seed * 47.3), Math.sin(seed * 13.1)];
  const data = Uint8Array.from({ length: 3 * width * height }, (_, i) => {
    const [channel, x, y] = [i % 3, Math.floor(i / 3) % width, Math.floor(i / (3 * width))];
    return 128 + 60 * p * Math.sin(x / (6 + channel) + q * y) + 40 * r * (y / height - 0.5) + 20 * q * channel;
  });
  return { width, height, data };
}

function noisy(picture: Rgb8, strength: number): Rgb8 {
  const data = picture.data.map((value, i) => {
    const noise = Math.sin((i + picture.data[0]!) * 12.9898) * 43758.5453;
    return Math.min(255, Math.max(0, Math.round(value + strength * (2 * (noise - Math.floor(noise)) - 1))));
  });
  return { ...picture, data };
}

// The golden case's pixels are (byte / 255 - mean) / deviation.
function toBytes(values: ArrayLike<number>): Rgb8[] {
  const [mean, deviation] = [
    [0.48145466, 0.4578275, 0.40821073],
    [0.26862954, 0.26130258, 0.27577711],
  ] as const;
  return [0, 1, 2].map((picture) => ({
    width: 32,
    height: 32,
    data: Uint8Array.from({ length: 3 * 32 * 32 }, (_, i) => {
      const channel = i % 3;
      const value = values[(picture * 3 + channel) * 1024 + Math.floor(i / 3)]!;
      return Math.round(255 * (value * deviation[channel]! + mean[channel]!));
    }),
  }));
}
