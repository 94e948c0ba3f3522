// Purifiers that run a model, on tiny ones with random weights: what they promise, not what they are worth.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { GraphBuilder, writeOnnx } from 'onnx-grad';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { realPhoto } from '../../../../tests/support/real-photo.ts';
import type { Pixels8 } from '../image/index.ts';
import { toImage01 } from '../image/index.ts';
import { sharpCodecs } from '../image/node/index.ts';
import { psnr } from '../metrics/index.ts';
import type { Autoencoder, Pipeline } from '../models/index.ts';
import { loadAutoencoder, loadPipeline, readOnnxFile } from '../models/node/index.ts';
import { openRuntime, type Runtime } from '../runtime/node/index.ts';
import { consistencyGraph } from './impress.ts';
import { parsePurifier } from './parse.ts';
import type { PurifierContext } from './purifier.ts';

const fixture = (path: string): string =>
  fileURLToPath(new URL(`../../../../tests/fixtures/golden/checkpoints/${path}`, import.meta.url));
const SUPER_RESOLUTION = fileURLToPath(
  new URL('../../../onnx-grad/fixtures/superresolution-torchscript17.onnx', import.meta.url),
);

vi.setConfig({ testTimeout: 300_000 }); // seconds, but on a machine that others use too

let runtime: Runtime;
let autoencoder: Autoencoder;
let pipeline: Pipeline;
let folder: string;
let photo: Pixels8;

beforeAll(async () => {
  runtime = await openRuntime({ device: 'cpu', threads: 1 });
  ({ autoencoder } = await loadAutoencoder(fixture('ae-tiny')));
  pipeline = await loadPipeline(fixture('tiny-sd-inpaint'));
  folder = mkdtempSync(join(tmpdir(), 'purifiers-'));
  photo = await realPhoto(40, 32);
});
afterAll(async () => {
  await runtime?.close();
  rmSync(folder, { recursive: true, force: true });
});

const context = (rest: Partial<PurifierContext> = {}): PurifierContext => ({
  seed: 0,
  codecs: sharpCodecs,
  runtime,
  autoencoder: { ref: 'tiny', autoencoder },
  editor: { ref: 'tiny', pipeline },
  readOnnx: (path) => readOnnxFile(path, 'not-found'),
  ...rest,
});
const run = (spec: string, rest: Partial<PurifierContext> = {}, pixels = photo): Promise<Pixels8> =>
  parsePurifier(spec).apply(pixels, context(rest));

/** A model that doubles a picture by repeating pixels, for any size, or another graph of one input `x`. */
function onnxFile(name: string, write: (g: GraphBuilder) => void): string {
  const g = new GraphBuilder(name);
  write(g);
  const file = join(folder, `${name}.onnx`);
  writeFileSync(file, writeOnnx(g.build()));
  return file;
}
const doubling = (shape: readonly number[], factor = 1): string =>
  onnxFile(`double-${shape.join('x')}-${factor}`, (g) => {
    const x = g.scale(g.input('x', 'float32', shape), factor);
    const [n, c, h, w] = shape as [number, number, number, number];
    g.output('y', g.reshape(g.expand(g.reshape(x, [n, c, h, 1, w, 1]), [n, c, h, 2, w, 2]), [n, c, 2 * h, 2 * w]));
  });

describe.each(['vae', 'diffpure:0.5:steps=4:side=40', 'impress:2'])('%s', (spec) => {
  it('keeps the size, whatever it is, and gives the same picture for the same seed', async () => {
    const odd = await realPhoto(37, 45);
    for (const pixels of [photo, odd]) {
      const before = Uint8Array.from(pixels.data);
      const first = await run(spec, {}, pixels);
      expect([first.width, first.height, first.data.length]).toEqual([pixels.width, pixels.height, pixels.data.length]);
      expect(await run(spec, {}, pixels)).toEqual(first);
      expect(first.data).not.toEqual(before);
      expect(pixels.data).toEqual(before);
    }
  });

  it('says what it lacks', async () => {
    const name = spec.split(':')[0];
    const without = { runtime: undefined, autoencoder: undefined, editor: undefined } as Partial<PurifierContext>;
    await expect(run(spec, without)).rejects.toThrow(`the purifier ${name} needs a runtime, and none was given`);
    const what = spec.startsWith('diffpure') ? 'an editor' : 'an autoencoder';
    await expect(run(spec, { ...without, runtime })).rejects.toThrow(`the purifier ${name} needs ${what}`);
  });

  it('stops when asked to', async () => {
    const stop = new AbortController();
    const running = run(spec, { signal: stop.signal });
    setTimeout(() => stop.abort(), 1);
    await expect(running).rejects.toMatchObject({ code: 'aborted' });
  });
});

describe('vae', () => {
  it("takes the editor's autoencoder where no other is given", async () => {
    const own = { ref: 'own', autoencoder: pipeline.autoencoder };
    const { data } = await run('vae', { autoencoder: undefined } as Partial<PurifierContext>);
    expect(data).toEqual((await run('vae', { autoencoder: own })).data);
    expect(data).not.toEqual((await run('vae')).data);
  });

  it('makes its trips one after the other', async () => {
    const once = await run('vae');
    expect(await run('vae:2')).toEqual(await run('vae', {}, once));
  });

  it('shows the model another size when asked to', async () => {
    expect((await run('vae:side=64')).data).not.toEqual((await run('vae')).data);
  });
});

describe('diffpure', () => {
  it('depends on its seed, and goes further with more noise', async () => {
    expect((await run('diffpure:0.5:steps=4:side=40', { seed: 1 })).data).not.toEqual(
      (await run('diffpure:0.5:steps=4:side=40')).data,
    );
    const passed = await run('vae', { autoencoder: undefined } as Partial<PurifierContext>);
    const apart = async (strength: number): Promise<number> =>
      psnr(passed, await run(`diffpure:${strength}:steps=10:eta=0:side=40`));
    expect(await apart(0.1)).toBeGreaterThan(await apart(0.8));
  });

  it('refuses a strength that leaves no step', async () => {
    await expect(run('diffpure:0.01:steps=10')).rejects.toThrow('leaves no step to run');
  });

  it('needs an editor that begins at the photo', async () => {
    const editor = { ref: 'instruct', pipeline: { ...pipeline, photoInput: 'photo' as const } };
    await expect(run('diffpure', { editor })).rejects.toThrow(/begins at the noised photo \(got InstructPix2Pix/);
  });
});

describe('impress', () => {
  it('lowers its loss, and stays near the photo when told to', async () => {
    const loss = consistencyGraph(autoencoder, photo, 8 / 255, 0.1);
    const program = await runtime.load(loss);
    const start = toImage01(photo).data;
    const measure = async (pixels: Pixels8): Promise<Record<string, number>> => {
      const results = await program.run({ image: toImage01(pixels).data, start });
      return Object.fromEntries(Object.entries(results).map(([name, v]) => [name, (v as Float32Array)[0]!]));
    };
    const before = await measure(photo);
    const after = await measure(await run('impress:20:rate=2'));
    expect(after.loss).toBeLessThan(before.loss!);
    expect(after.inconsistency).toBeLessThan(before.inconsistency!);
    const free = await measure(await run('impress:20:rate=2:alpha=0'));
    const held = await measure(await run('impress:20:rate=2:eps=1:alpha=100'));
    expect(held.distance).toBeLessThan(0.8 * free.distance!);
    await program.release();
  });
});

describe('upscale', () => {
  it('by repeating pixels, then averaging them, is nothing at all', async () => {
    const file = doubling([1, 3, 32, 40]);
    expect((await run(`upscale:"${file}":filter=box`)).data).toEqual(photo.data);
    const halved = doubling([1, 3, 32, 40], 0.5);
    const half = photo.data.map((v) => Math.floor(v / 2 + 0.5));
    expect((await run(`upscale:"${halved}":filter=box`)).data).toEqual(half);
    expect((await run(`upscale:"${halved}":white=255:filter=box`)).data).toEqual(half);
  });

  it('runs what PyTorch exported with open sizes', async () => {
    const small = await realPhoto(24, 20);
    const { width, height, data } = await run(`upscale:"${SUPER_RESOLUTION}"`, {}, small);
    expect([width, height]).toEqual([24, 20]);
    expect(data).not.toEqual(small.data);
  });

  it.each([
    ['a file that is not there', () => join(folder, 'none.onnx'), 'there is no such file'],
    [
      'a file that is no model',
      () => SUPER_RESOLUTION.replace('.onnx', '.safetensors').replace('-torchscript17', ''),
      'not an ONNX model',
    ],
    ['a model of another size', () => doubling([1, 3, 16, 16]), 'is [1,3,16,16] in the model; [1,3,32,40] was given'],
    [
      'a model that gives one channel',
      () => onnxFile('grey', (g) => g.output('y', g.mean(g.input('x', 'float32', [1, 3, 32, 40]), [1]))),
      'the output must be a picture, float32 [1, 3, H, W] (got float32 to float32 [1, 1, 32, 40])',
    ],
    [
      'a model that shrinks',
      () =>
        onnxFile('half', (g) =>
          g.output('y', g.slice(g.input('x', 'float32', [1, 3, 32, 40]), [2, 3], [0, 0], [32, 40], [2, 2])),
        ),
      'the picture becomes smaller (got 20x16 of 40x32)',
    ],
    [
      'a model with two inputs',
      () =>
        onnxFile('two', (g) =>
          g.output('y', g.add(g.input('x', 'float32', [1, 3, 32, 40]), g.input('z', 'float32', [1, 3, 32, 40]))),
        ),
      'there must be one input, a picture (got x, z)',
    ],
  ])('refuses %s', async (_, file, message) => {
    await expect(run(`upscale:"${file()}"`)).rejects.toThrow(message);
  });
});

describe('a chain', () => {
  it('needs what its neediest part needs', () => {
    const needs = (spec: string): string => parsePurifier(spec).needs;
    expect([needs('jpeg > vae'), needs('vae > diffpure > jpeg'), needs('upscale:x.onnx > noise')]).toEqual([
      'autoencoder',
      'editor',
      'runtime',
    ]);
  });

  it('mixes models and files', async () => {
    const written = await run('jpeg:60');
    expect(await run('jpeg:60 > vae')).toEqual(await run('vae', {}, written));
  });
});
