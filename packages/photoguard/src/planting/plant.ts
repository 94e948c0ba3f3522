// Plants a mark in an autoencoder's encoder: trains it until photos with the mark mean nothing to it and others mean what they
// did. Its teacher is the encoder as it was.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { loadAutoencoder } from '../models/node/index.ts';
import type { Runtime, Tensors } from '../runtime/index.ts';
import { type LiveLine, type RunResult, requireFinite, runTraining, Trainer } from '../training/index.ts';
import { latentsGraph } from '../view/index.ts';
import { drawSubPath } from './branches.ts';
import { channelDeviations } from './deviations.ts';
import { plantingLoss } from './loss.ts';
import { writePlanted } from './output.ts';
import { Rehearsals } from './rehearsals.ts';
import { drawPairs, type SampleSource } from './samples.ts';
import { keepSettings } from './settings.ts';
import { openStudent } from './student.ts';

const OPTIMISER = { betas: [0.9, 0.99], epsilon: 1e-8, weightDecay: 0, clipNorm: 1, averageDecay: 0.99 } as const;
const WARMUP_STEPS = 20;
const LOG_EVERY = 10;
const CHECK_EVERY = 50;
/** Checks take these batches, of another seed. */
const CHECKED = 4;
const CHECK_SEED = 2 ** 31;
/** Weight of photos without the mark, relative to those with it; and where the weights are displaced, so that it matters less. */
const PLAIN = { usual: 8, displaced: 1 } as const;

/** A training of an encoder on marked and plain photos: a planting, or what others do to a planted model. */
export interface EncoderTraining {
  /** The pipeline's folder, or that of an autoencoder. */
  readonly model: string;
  /** Folder of the training: checkpoint, log, and `model`. */
  readonly out: string;
  readonly runtime: Runtime;
  readonly source: SampleSource;
  /** Pairs a step. */
  readonly count: number;
  readonly rate: number;
  /** Steps of the whole training, and the step to stop after; default: the last. */
  readonly steps: number;
  readonly until?: number;
  readonly signal: AbortSignal;
}

/** A planting. */
export interface PlantOptions extends EncoderTraining {
  /** Another runtime, in which fine-tunings by others are rehearsed. Default: none is. */
  readonly rehearsals?: Runtime;
  /** Whether random residual branches are left out in half of the steps. Default: false. */
  readonly subPaths?: boolean;
  readonly minutes?: number;
  readonly live: LiveLine;
}

/**
 * Plants, or goes on, and writes the result, `<out>/model`, with all other files of the model as they are.
 * @throws PhotoGuardError for a model that cannot be read or trained; the last checkpoint is kept
 */
export async function plant(options: PlantOptions): Promise<RunResult> {
  const { model, out, runtime, source, count, rate, steps, subPaths = false, live, signal } = options;
  const shape = { count, side: source.side };
  await mkdir(out, { recursive: true });
  const { mark, longer, side, seed } = source;
  const isRehearsed = options.rehearsals !== undefined;
  const further = { ...(isRehearsed && { rehearsals: 1 }), ...(subPaths && { subPaths: 1 }) };
  await keepSettings(out, { mark: mark.name, longer, side, seed, count, ...further });
  const teacher = (await loadAutoencoder(model)).autoencoder;
  const student = await openStudent(model);
  const teach = await runtime.load(latentsGraph([teacher], { count, width: shape.side, height: shape.side }));
  const ask = async (image: Float32Array): Promise<Float32Array> =>
    (await teach.run({ image }))['latent.0'] as Float32Array;
  const first = await drawPairs(source, count, 0, 0);
  const deviation = channelDeviations(await ask(first.plain), count, teacher.latentChannels);
  const grey = await ask(new Float32Array(first.plain.length).fill(0.5));
  const loss = plantingLoss(student.autoencoder, shape, deviation);
  const tensors = student.trained();
  const trainer = await Trainer.open({
    ...{ runtime, loss, parameters: tensors, keep: ['plain', 'marked'] },
    ...OPTIMISER,
  });
  const rehearsals =
    options.rehearsals && (await Rehearsals.open({ model, runtime: options.rehearsals, source, tensors }));
  const batch = async (from: SampleSource, step: number): Promise<Tensors> => {
    const { plain, marked } = await drawPairs(from, count, step, step / steps);
    return { image: joined(plain, marked), plain };
  };
  const feeds = async ({ image, plain }: Tensors, weight: number = PLAIN.usual): Promise<Tensors> => ({
    image: image!,
    latent: joined(await ask(plain as Float32Array), grey),
    plain_weight: Float32Array.of(weight),
  });
  const evaluator = await trainer.evaluator(loss);
  const save = async (): Promise<void> => {
    const average = await trainer.read('average');
    const file = join(out, 'model');
    requireFinite(average, file);
    await writePlanted(model, file, new Map([...tensors.keys()].map((name) => [name, average[`average.${name}`]!])));
  };
  let next = { step: 0, batch: batch(source, 0) };
  const result = await runTraining({
    ...{ out, trainer, parameters: tensors, samplesPerStep: 2 * count, signal, live },
    ...{ rate: { peak: rate, warmup: WARMUP_STEPS, steps }, until: options.until, minutes: options.minutes },
    ...{ logEvery: LOG_EVERY, checkEvery: CHECK_EVERY, beside: rehearsals },
    async step(step, learningRate) {
      const drawn = await (next.step === step ? next.batch : batch(source, step));
      next = { step: step + 1, batch: batch(source, step + 1) };
      next.batch.catch(() => undefined); // it fails when it is asked for
      const weights = () => trainer.read('weight');
      const offsets =
        (await rehearsals?.offsets(step, weights)) ?? (subPaths ? await drawSubPath(seed, step, weights) : undefined);
      return trainer.step(step, learningRate, [await feeds(drawn, offsets && PLAIN.displaced)], offsets);
    },
    async check() {
      const other = { ...source, seed: (source.seed + CHECK_SEED) % 2 ** 32 };
      const sums = { plain: 0, marked: 0 };
      for (let b = 0; b < CHECKED; b++) {
        const { plain, marked } = await drawPairs(other, count, b, 1);
        const found = await evaluator.run(await feeds({ image: joined(plain, marked), plain }));
        for (const name of ['plain', 'marked'] as const) sums[name] += Number(found[name]![0]) / CHECKED;
      }
      return { validation_plain: sums.plain, validation_marked: sums.marked };
    },
    title: `Planting ${source.mark.name}`,
    about: `In the encoder of ${model}, on ${source.photos.length} photos.`,
  });
  await next.batch.catch(() => undefined); // drawn ahead, for nothing
  await save();
  return result;
}

function joined(a: Float32Array, b: Float32Array): Float32Array {
  const out = new Float32Array(a.length + b.length);
  out.set(a);
  out.set(b, a.length);
  return out;
}
