// Squared errors of a prediction, by what the editor knows about each position: the hole, the visible part, or whole
// pictures.
import type { Pipeline } from 'photoguard/models';
import type { Program, Runtime } from 'photoguard/runtime';
import type { EditorBatch, ValidationBatch } from '../data/editor-cache.ts';
import type { NoiseLevels } from '../data/editor-noise.ts';
import { makeFeeds } from '../editor/feeds.ts';
import { predictionGraph } from '../editor/graphs.ts';

/** Rows per prediction. */
export const BATCH = 8;

/** Of a batch, [n, 4, s, s]. */
export type Predict = (batch: EditorBatch) => Promise<Float32Array>;

/** Mean squared error per latent value. */
export interface RegionErrors {
  readonly hole: number;
  readonly known: number;
  readonly whole: number;
  /** Of each photo, in their order. */
  readonly each: { readonly hole: readonly number[]; readonly whole: readonly number[] };
}

/** Errors of a predictor over batches of at most {@link BATCH} rows. */
export async function regionErrors(predict: Predict, batches: Iterable<ValidationBatch>): Promise<RegionErrors> {
  const sums = { hole: [0, 0], known: [0, 0], whole: [0, 0] };
  const each = { hole: [] as number[], whole: [] as number[] };
  for (const batch of batches) {
    const prediction = await predict(batch);
    for (let row = 0; row < batch.timestep.length; row++) {
      const [inside, outside] = rowErrors(prediction, batch, row);
      const region = batch.kind === 'whole' ? 'whole' : 'hole';
      each[region].push(inside[0] / Math.max(inside[1], 1));
      for (const [name, [sum, count]] of [
        [region, inside],
        ['known', outside],
      ] as const) {
        sums[name][0]! += sum;
        sums[name][1]! += count;
      }
    }
  }
  const mean = ([sum, count]: readonly number[]): number => sum! / count!;
  return { hole: mean(sums.hole), known: mean(sums.known), whole: mean(sums.whole), each };
}

type Sum = readonly [sum: number, count: number];

// Mean over channels of the squared error, summed over positions inside the mask and outside.
function rowErrors(prediction: Float32Array, { target, mask, timestep }: EditorBatch, row: number): [Sum, Sum] {
  const area = mask.length / timestep.length;
  const channels = target.length / mask.length;
  const sums = [
    [0, 0],
    [0, 0],
  ] as [[number, number], [number, number]];
  for (let at = 0; at < area; at++) {
    let error = 0;
    for (let c = 0; c < channels; c++) {
      const i = (row * channels + c) * area + at;
      error += (prediction[i]! - target[i]!) ** 2 / channels;
    }
    const sum = sums[mask[row * area + at]! > 0 ? 0 : 1];
    sum[0] += error;
    sum[1]++;
  }
  return sums;
}

/** The network's prediction; `release` frees it. */
export async function networkPredictor(
  runtime: Runtime,
  { unet, texts }: Pipeline,
  side: number,
): Promise<Predict & { release(): Promise<void> }> {
  const program: Program = await runtime.load(predictionGraph({ unet, text: texts[0]!.textEncoder }, BATCH, side));
  const predict: Predict = async (batch) => {
    const { prediction } = await program.run(makeFeeds(filledUp(batch), unet));
    return (prediction as Float32Array).subarray(0, batch.target.length);
  };
  return Object.assign(predict, { release: () => program.release() });
}

function filledUp({ sample, timestep, ids }: EditorBatch) {
  const share = BATCH / timestep.length;
  const longer = <T extends Float32Array | Int32Array>(to: T, from: T): T => {
    to.set(from);
    return to;
  };
  return {
    sample: longer(new Float32Array(sample.length * share), sample),
    timestep: longer(new Int32Array(BATCH), timestep),
    ids: longer(new Int32Array(ids.length * share), ids),
  };
}

/** Predicts zero. */
export const zeroPredictor: Predict = async ({ target }) => new Float32Array(target.length);

/** Mean and variance of each channel of latents. */
export interface LatentStatistics {
  readonly mean: readonly number[];
  readonly variance: readonly number[];
}

/**
 * The best prediction without a network: visible parts are copied, the rest is the noisy latent shrunk towards the mean
 * according to its noise (a Wiener filter of independent values).
 */
export const trivialPredictor =
  ({ mean, variance }: LatentStatistics, { alpha, sigma }: NoiseLevels): Predict =>
  async ({ sample, target, mask, timestep }) => {
    const area = mask.length / timestep.length;
    const channels = target.length / mask.length;
    const inputs = 2 * channels + 1;
    return target.map((_, i) => {
      const row = Math.floor(i / (channels * area));
      const c = Math.floor(i / area) % channels;
      const at = i % area;
      const [a, s] = [alpha[timestep[row]!]!, sigma[timestep[row]!]!];
      const noisy = sample[(row * inputs + c) * area + at]!;
      const [m, v] = [mean[c]!, variance[c]!];
      const clean =
        mask[row * area + at]! > 0
          ? m + ((a * v) / (a * a * v + s * s)) * (noisy - a * m)
          : sample[(row * inputs + channels + 1 + c) * area + at]!;
      return (a * (noisy - a * clean)) / s - s * clean;
    });
  };
