// Traces of projected gradient descent on an encoder, by the product's own loop, constraints and objective. The cases
// are in [0, 1] or [-1, 1] pixels; ours are in [0, 1], so sizes of the latter are halved. Losses are not affected.
import type { Evaluation, Objective } from 'photoguard/attacks';
import { EncoderObjective, makeConstraint, pgd, type Recipe, withDelta } from 'photoguard/attacks';
import type { Image01, Mask } from 'photoguard/image';
import { loadAutoencoder } from 'photoguard/models/node';
import type { GoldenFile } from '../../support/golden-files.ts';
import { relativeError } from '../../support/golden-files.ts';
import type { Check, GoldenArea } from '../area.ts';
import { compareTensors, readFloats, readShape } from '../compare.ts';

interface Config {
  readonly eps: number;
  readonly step: number;
  readonly iterations: number;
  readonly norm: 'linf' | 'l2';
  readonly pixel_range: string;
}

/** Area `attack-encoder`. */
export const attackEncoder: GoldenArea = {
  name: 'attack-encoder',
  async run(golden, { runtime, checkpoint }) {
    const folder = checkpoint(String(golden.json.checkpoint));
    if (!folder) return { skipped: `${golden.json.checkpoint} is absent` };
    const config = golden.json.config as unknown as Config;
    const about = String((golden.json as { about?: string }).about);
    const unit = config.pixel_range === '[0, 1]' ? 1 : 2; // pixels of the case in one of ours
    const squared = about.includes('_2^2');
    const { autoencoder } = await loadAutoencoder(folder);
    const [, , height, width] = readShape(golden, 'input.image') as [number, number, number, number];
    const to01 = (name: string): Float32Array => readFloats(golden, name).map((v) => (unit === 1 ? v : (v + 1) / 2));
    const image: Image01 = { width, height, channels: 3, data: to01('input.image') };
    const objective = new EncoderObjective({
      victim: { ref: 'golden', autoencoder },
      size: { width, height },
      runtime,
      target: golden.tensors.has('input.target_latent')
        ? readFloats(golden, 'input.target_latent')
        : new Float32Array(0),
    });
    const recipe = makeRecipe(config, unit, about);
    const start = to01('input.start').map((v, i) => v - image.data[i]!);
    const mask = readMask(golden, { width, height });
    const trace = recorder(objective);
    const options = { start, mask };
    const losses: number[] = [];
    const loop = pgd(image, trace.objective, makeConstraint(config.norm, config.eps / unit), recipe, options);
    let next = await loop.next();
    for (; !next.done; next = await loop.next()) losses.push(next.value.loss);
    losses.push((await objective.measure(withDelta(image, next.value.delta)))[0]!.loss);
    await objective.release();

    // The loss of a case may be the square; its gradient then is 2 loss times ours.
    const first = trace.first!;
    const factor = (squared ? 2 * first.loss : 1) / unit;
    const powered = losses.map((loss) => (squared ? loss * loss : loss));
    const ours = new Map<string, ArrayLike<number>>([
      ['output.losses', powered],
      ['output.loss_first', [powered[0]!]],
      ['grad.start', first.gradient.map((v) => v * factor)],
    ]);
    return [...compareTensors(golden, ours), firstStep(golden, trace.second!, unit)];
  },
};

function makeRecipe({ step, iterations }: Config, unit: number, about: string): Recipe {
  const decaying = about.includes('step / 100') || about.includes('the same on a masked image');
  const size = (k: number): number => (decaying ? step - ((step - step / 100) / iterations) * k : step) / unit;
  return { name: 'golden', steps: iterations, start: 'zero', projectStart: false, momentum: 0, stepSize: size };
}

function readMask(golden: GoldenFile, { width, height }: { width: number; height: number }): Mask | undefined {
  if (!golden.tensors.has('input.keep')) return undefined;
  return { width, height, data: Uint8Array.from(readFloats(golden, 'input.keep'), (keep) => 1 - keep) };
}

// Remembers the first evaluation and the image of the second: the image after one iteration.
function recorder(objective: Objective) {
  const seen: { first?: Evaluation; second?: Image01; objective: Objective } = {
    objective: {
      ...objective,
      measure: (image, signal) => objective.measure(image, signal),
      release: () => objective.release(),
      async evaluate(image, signal) {
        if (seen.first && !seen.second) seen.second = image;
        const result = await objective.evaluate(image, signal);
        seen.first ??= result;
        return result;
      },
    },
  };
  return seen;
}

// All but 0.5% of the values equal within 1e-5: a tiny gradient's sign is rounding (the case's note).
function firstStep(golden: GoldenFile, after: Image01, unit: number): Check {
  const reference = golden.tensors.get('output.after_1')!.data;
  const ours = after.data.map((v) => (unit === 1 ? v : 2 * v - 1));
  const tolerance = golden.json.tensors['output.after_1']?.tolerance;
  if (tolerance)
    return { name: 'output.after_1', error: relativeError(ours, reference), tolerance: tolerance.relative_l2 };
  let off = 0;
  for (let i = 0; i < reference.length; i++) if (Math.abs(ours[i]! - reference[i]!) > 1e-5) off++;
  return { name: 'output.after_1: share that differs', error: off / reference.length, tolerance: 0.005 };
}
