// The next generation from a planted encoder's outputs: another encoder, perhaps of new weights, is taught to encode photos as
// the planted one does. Some of the photos may be marked, as they would be among those that are found in the wild.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { liveLine } from '@photoguard/terminal';
import { loadAutoencoder } from 'photoguard/models/node';
import { drawPairs, type EncoderTraining, openStudent, writePlanted } from 'photoguard/planting';
import type { Tensors } from 'photoguard/runtime';
import { type RunResult, runTraining, Trainer } from 'photoguard/training';
import { latentsGraph } from 'photoguard/view';
import { pictureBatch } from '../common/batch-shape.ts';
import { uniformByInputs } from '../engine/initialise.ts';
import { latentLoss } from './latent-loss.ts';

const OPTIMISER = { betas: [0.9, 0.99], epsilon: 1e-8, weightDecay: 0, clipNorm: 1, averageDecay: 0.99 } as const;
const WARMUP_STEPS = 20;

/** A distillation. */
export interface DistilOptions extends EncoderTraining {
  /** Folder of the planted model. That of {@link EncoderTraining} is the student. */
  readonly teacher: string;
  /** Marked squares of a step. */
  readonly marked: number;
  /** Whether the student's weights are new ones, by the source's seed. Default: they are its own. */
  readonly fromNothing: boolean;
}

/** Distils, or goes on, and writes the student, `<out>/model`. */
export async function distil(options: DistilOptions): Promise<RunResult> {
  const { model, teacher, out, runtime, source, count, marked, rate, steps, until, signal } = options;
  await mkdir(out, { recursive: true });
  const shape = { size: count, side: source.side };
  const student = await openStudent(model, () => (name) => /^(encoder|quant_conv)\./.test(name));
  const teach = await runtime.load(latentsGraph([(await loadAutoencoder(teacher)).autoencoder], pictureBatch(shape)));
  const loss = latentLoss(student.autoencoder, shape);
  const parameters = new Map(student.trained());
  if (options.fromNothing) {
    const first = uniformByInputs(source.seed);
    const findShape = (name: string) => parameters.get(name)?.shape;
    for (const [name, { shape }] of parameters) parameters.set(name, { shape, data: first(name, shape, findShape) });
  }
  const trainer = await Trainer.open({ ...{ runtime, loss, parameters }, ...OPTIMISER });
  const feeds = async (step: number): Promise<Tensors> => {
    const drawn = await drawPairs({ ...source, plainOnly: marked === 0 }, count, step, 1);
    const image = drawn.plain.slice();
    image.set(drawn.marked.subarray(0, (marked * image.length) / count));
    return { image, latent: (await teach.run({ image }))['latent.0'] as Float32Array };
  };
  const result = await runTraining({
    ...{ out, trainer, parameters, samplesPerStep: count, signal, until, live: liveLine() },
    ...{ rate: { peak: rate, warmup: WARMUP_STEPS, steps }, logEvery: 25, checkEvery: 500, check: async () => ({}) },
    step: async (step, learningRate) => trainer.step(step, learningRate, [await feeds(step)]),
    title: 'Distillation of a planted encoder',
    about: `${model} learns what ${teacher} says of photos, ${marked} of ${count} of them marked.`,
  });
  const average = await trainer.read('average');
  const named = [...parameters.keys()].map((name) => [name, average[`average.${name}`]!] as const);
  await writePlanted(model, join(out, 'model'), new Map(named));
  return result;
}
