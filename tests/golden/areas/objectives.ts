// Objectives that look at single denoising steps (AdvDM, Mist, score distillation, DiffusionGuard): the latent, what the
// UNet finds, the loss and the image's gradient.
import { DenoisingObjective, type Look, type Raised } from 'photoguard/attacks';
import type { Image01, Mask } from 'photoguard/image';
import { loadPipeline } from 'photoguard/models/node';
import type { GoldenFile } from '../../support/golden-files.ts';
import type { GoldenArea } from '../area.ts';
import { compareTensors, readFloats, readShape } from '../compare.ts';

interface Config {
  readonly prompt: string;
  readonly timesteps: readonly number[];
  readonly posterior: 'mean' | 'sample';
  readonly rate?: number;
}

/** Area `objectives`. */
export const objectives: GoldenArea = {
  name: 'objectives',
  async run(golden, { runtime, checkpoint }) {
    const folder = checkpoint(String(golden.json.checkpoint));
    if (!folder) return { skipped: `${golden.json.checkpoint} is absent` };
    const config = golden.json.config as unknown as Config;
    const [, , height, width] = readShape(golden, 'input.image') as [number, number, number, number];
    const image: Image01 = {
      ...{ width, height, channels: 3 },
      data: readFloats(golden, 'input.image').map((x) => (x + 1) / 2),
    };
    const pipeline = await loadPipeline(folder);
    const look = readLook(golden, config);
    const mask = readMask(golden);
    const results = new Map<string, ArrayLike<number>>();
    const put = (name: string, values: ArrayLike<number>): void => {
      if (golden.tensors.has(name)) results.set(name, values);
    };
    for (const { name, raised } of listVariants(golden, config)) {
      const objective = new DenoisingObjective({
        ...{ ref: 'golden', pipeline, size: { width, height }, runtime, raised },
        looks: { at: () => look, measured: [look] },
        mask,
      });
      try {
        const looked = await objective.look(image, look);
        const { gradient, loss } = await objective.evaluate(image, 0);
        // Ours descends, by an image in [0, 1]; theirs is the score itself, by one in [-1, 1].
        put(
          `grad.image${name}`,
          gradient.map((g) => -g / 2),
        );
        if (name === '' || name === '_weighted') put(`output.direction${name}`, looked.direction);
        if (name !== '') continue;
        put('output.loss', [-loss]);
        if (raised.score === 'norm') put('output.loss_sum_squared', [loss * loss]);
        else put('output.loss_semantic', [looked.score]);
        put('output.latent', raised.fromNoise ? await objective.shownLatent(image, look) : looked.latent);
        if (look.pairs.length === 1) put('output.prediction', sum(looked.direction, readFloats(golden, 'input.noise')));
      } finally {
        await objective.release();
      }
    }
    return compareTensors(golden, results);
  },
};

// What is raised, by the suffix of the gradient's name.
function listVariants(golden: GoldenFile, { rate }: Config): { name: string; raised: Raised }[] {
  if (golden.name.startsWith('advdm')) return [{ name: '', raised: { score: 'error' } }];
  if (golden.name.startsWith('diffusionguard')) return [{ name: '', raised: { score: 'norm', fromNoise: true } }];
  if (golden.name.startsWith('sds'))
    return [
      { name: '', raised: { score: 'error', way: 'up' } },
      { name: '_weighted', raised: { score: 'error', way: 'up', weighted: true } },
    ];
  const target = readFloats(golden, 'input.target_latent');
  return [
    { name: '', raised: { score: 'error', rate: rate!, target } },
    { name: '_of_semantic', raised: { score: 'error' } },
  ];
}

function readLook(golden: GoldenFile, { prompt, timesteps, posterior }: Config): Look {
  const noise = readFloats(golden, 'input.noise');
  const length = noise.length / timesteps.length;
  const given = (n: number): Float32Array =>
    posterior === 'sample' ? readFloats(golden, 'input.noise_posterior') : new Float32Array(n);
  return {
    prompt,
    posterior: { posterior: given, posteriorMasked: given },
    pairs: timesteps.map((timestep, i) => ({ timestep, noise: () => noise.slice(i * length, (i + 1) * length) })),
  };
}

function readMask(golden: GoldenFile): Mask | undefined {
  if (!golden.tensors.has('input.mask')) return undefined;
  const [, , height, width] = readShape(golden, 'input.mask') as [number, number, number, number];
  return { width, height, data: Uint8Array.from(readFloats(golden, 'input.mask')) };
}

const sum = (a: Float32Array, b: Float32Array): Float32Array => a.map((x, i) => x + b[i]!);
