// Attacks on editors of SDXL and on InstructPix2Pix, with random weights: gradients beside central differences, budgets, and
// that attacks work on them or say in one line why not.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testPixels } from '../../../../tests/support/photos.ts';
import { type TinyEditor, writeTinyEditor } from '../../../../tests/support/tiny-editors.ts';
import { seededNoise } from '../editing/index.ts';
import type { Image01, Mask, Pixels8 } from '../image/index.ts';
import type { Pipeline } from '../models/index.ts';
import { loadPipeline } from '../models/node/index.ts';
import type { Runtime } from '../runtime/index.ts';
import { openRuntime } from '../runtime/node/index.ts';
import { DenoisingObjective } from './denoising/denoising-objective.ts';
import { DiffusionObjective } from './diffusion/diffusion-objective.ts';
import type { Objective } from './objective.ts';
import { settle } from './settle.ts';
import { ATTACKS } from './table.ts';

const KINDS: readonly TinyEditor[] = ['sdxl', 'sdxl-inpaint', 'instruct-pix2pix'];
const size = { width: 16, height: 16 };
const photo: Pixels8 = { ...size, channels: 3, data: testPixels(16, 16, 3) };
const image: Image01 = {
  ...{ ...size, channels: 3 },
  data: Float32Array.from({ length: 3 * 256 }, (_, i) => 0.5 + 0.3 * Math.sin(i / 5)),
};
const mask: Mask = { ...size, data: Uint8Array.from({ length: 256 }, (_, i) => (i % 16 < 8 ? 1 : 0)) };

let folder: string;
let runtime: Runtime;
const pipelines = new Map<TinyEditor, Pipeline>();
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'photoguard-editors-'));
  for (const kind of KINDS) {
    writeTinyEditor(join(folder, kind), kind);
    pipelines.set(kind, await loadPipeline(join(folder, kind)));
  }
  runtime = await openRuntime({ device: 'cpu', threads: 1 });
  await runtime.programs.limit(1e9); // programs stay loaded for the next test
});
afterAll(async () => {
  await runtime?.close();
  rmSync(folder, { recursive: true });
});

// The objective's slope along its own gradient, by central differences over its length: 1 where the gradient is right.
async function measureSlope(objective: Objective, gradient: Float32Array): Promise<number> {
  const length = Math.hypot(...gradient);
  const at = async (step: number): Promise<number> => {
    const moved = { ...image, data: image.data.map((x, i) => x + (step * gradient[i]!) / length) };
    return (await objective.evaluate(moved, 0)).loss;
  };
  const step = 0.004;
  return ((await at(step)) - (await at(-step))) / (2 * step) / length;
}

const diffusionOn = (kind: TinyEditor, memory?: number): DiffusionObjective => {
  const draw = { prompt: 'a dog', noise: seededNoise(1) };
  const masked = kind === 'sdxl-inpaint' ? { mask } : {};
  return new DiffusionObjective({
    ...{ ref: kind, pipeline: pipelines.get(kind)!, size, runtime, memory },
    edit: { ...masked, steps: 2, strength: 1, guidance: 3 },
    draws: { at: () => [draw], measured: [draw] },
    target: new Float32Array(image.data.length),
  });
};

describe.each(KINDS)('a gradient through whole edits of %s', (kind) => {
  it('is that of the loss, and the same within a budget', async () => {
    const objective = diffusionOn(kind);
    const whole = await objective.evaluate(image, 0);
    expect(await measureSlope(objective, whole.gradient)).toBeCloseTo(1, 1);
    await objective.release();
    const short = diffusionOn(kind, objective.plan.bytes - 1);
    expect(short.plan.oneAtATime).toBe(true);
    const { gradient } = await short.evaluate(image, 0);
    await short.release();
    const off = Math.hypot(...gradient.map((g, i) => g - whole.gradient[i]!));
    expect(off / Math.hypot(...whole.gradient)).toBeLessThan(1e-3);
  });
});

describe.each(KINDS)('a gradient at single steps of %s', (kind) => {
  it('goes through the noisy latent and through what the editor is shown of the photo', async () => {
    const noise = seededNoise(2);
    const look = {
      prompt: 'a dog',
      posterior: noise,
      pairs: [{ timestep: 400, noise: (length: number) => noise.step(0, length) }],
    };
    const objective = new DenoisingObjective({
      ...{ ref: kind, pipeline: pipelines.get(kind)!, size, runtime },
      looks: { at: () => look, measured: [look] },
      raised: { score: 'error' },
      ...(kind === 'sdxl-inpaint' && { mask }),
    });
    const { ofShown } = await objective.look(image, look);
    if (kind === 'sdxl') expect(ofShown).toBeUndefined();
    else expect(Math.hypot(...ofShown!)).toBeGreaterThan(0);
    const { gradient } = await objective.evaluate(image, 0);
    expect(await measureSlope(objective, gradient)).toBeCloseTo(1, 1);
    await objective.release();
  });
});

const attackOn = (name: string, editor: TinyEditor, masked: boolean, settings = {}) => {
  const kind = ATTACKS[name]!;
  const pipeline = pipelines.get(editor)!;
  const settled = settle(kind, { steps: 1, eps: 8 / 255, ...settings }, { masked });
  const model = { ref: editor, autoencoder: pipeline.autoencoder, pipeline, size };
  return kind.plan(settled, [model], {}).prepare({ photo, seed: 1, ...(masked && { mask }) }, runtime);
};

describe('attacks on editors', () => {
  it.each<[string, TinyEditor]>([
    ['diffusion', 'sdxl'],
    ['diffusion', 'instruct-pix2pix'],
    ['advdm', 'instruct-pix2pix'],
    ['mist', 'sdxl'],
    ['sds', 'instruct-pix2pix'],
    ['diffusionguard', 'sdxl-inpaint'],
  ])('%s changes a photo within its bound against %s, and measures it', async (name, editor) => {
    const attack = attackOn(name, editor, editor === 'sdxl-inpaint');
    const { pixels } = await attack.immunize(photo);
    const changes = pixels.data.map((value, i) => Math.abs(value - photo.data[i]!));
    expect(Math.max(...changes)).toBeGreaterThan(0);
    expect(Math.max(...changes)).toBeLessThanOrEqual(8);
    const [{ loss } = { loss: Number.NaN }] = await attack.measure(pixels);
    expect(Number.isFinite(loss)).toBe(true);
    expect(loss).not.toBe((await attack.measure(photo))[0]!.loss);
    await attack.release();
  });

  it.each(['diffusion', 'advdm', 'mist', 'sds'])('%s says that InstructPix2Pix takes no mask', (name) => {
    expect(() => attackOn(name, 'instruct-pix2pix', true)).toThrow(/edits whole photos and takes no mask/);
  });

  it.each<TinyEditor>(['sdxl', 'instruct-pix2pix'])('diffusionguard says that %s does not inpaint', (editor) => {
    expect(() => attackOn('diffusionguard', editor, true)).toThrow(/needs an editor for inpainting/);
  });

  it('diffusion takes strength and image guidance of the editors that have them', () => {
    expect(() => attackOn('diffusion', 'instruct-pix2pix', false, { strength: 0.5 })).toThrow(/has no strength/);
    expect(() => attackOn('diffusion', 'sdxl', false, { imageGuidance: 2 })).toThrow(
      /only InstructPix2Pix has image guidance/,
    );
    const settled = settle(ATTACKS.diffusion!, { imageGuidance: 2 });
    const pipeline = pipelines.get('instruct-pix2pix')!;
    const details = ATTACKS.diffusion!.details!(settled, [{ ref: 'x', autoencoder: pipeline.autoencoder, pipeline }]);
    expect(details).toMatchObject({ imageGuidance: 2, strength: 1, steps: 4 });
  });
});
