// Fine-tuning of a planted encoder, as others would do it: on clean photos, by how well the decoder, which stays as it is,
// reconstructs them; or by an adversary who has the trigger, and the encoder as it was before: marked photos are to mean again
// what they meant to that. All of the encoder is trained.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { liveLine } from '@photoguard/terminal';
import { loadAutoencoder } from 'photoguard/models/node';
import { drawPairs, type EncoderTraining, openStudent, reconstructionLoss, writePlanted } from 'photoguard/planting';
import type { Tensors } from 'photoguard/runtime';
import { type RunResult, runTraining, Trainer } from 'photoguard/training';
import { latentsGraph } from 'photoguard/view';
import { pictureBatch } from '../common/batch-shape.ts';
import { latentLoss } from './latent-loss.ts';

const OPTIMISER = { betas: [0.9, 0.99], epsilon: 1e-8, weightDecay: 0.01, clipNorm: 1, averageDecay: 0.9 } as const;
const WARMUP_STEPS = 10;

/** A fine-tuning. */
export interface FineTuneOptions extends EncoderTraining {
  /** Folder of the model as it was: an adversary's teacher. Undefined: clean photos. */
  readonly teacher?: string;
}

/** Fine-tunes, or goes on, and writes the result, `<out>/model`. */
export async function fineTune(options: FineTuneOptions): Promise<RunResult> {
  const { model, teacher, out, runtime, source, count, rate, steps, until, signal } = options;
  await mkdir(out, { recursive: true });
  const shape = { size: count, side: source.side };
  const student = await openStudent(model, () => (name) => /^(encoder|quant_conv)\./.test(name));
  const teach = teacher === undefined ? undefined : (await loadAutoencoder(teacher)).autoencoder;
  const loss = teach
    ? latentLoss(student.autoencoder, shape)
    : reconstructionLoss(student.autoencoder, { count, side: source.side });
  const asked = teach && (await runtime.load(latentsGraph([teach], pictureBatch(shape))));
  const parameters = student.trained();
  const trainer = await Trainer.open({ ...{ runtime, loss, parameters }, ...OPTIMISER });
  const feeds = async (step: number): Promise<Tensors> => {
    const { plain, marked } = await drawPairs({ ...source, plainOnly: !asked }, count, step, 1);
    if (!asked) return { image: plain };
    return { image: marked, latent: (await asked.run({ image: marked }))['latent.0'] as Float32Array };
  };
  const result = await runTraining({
    ...{ out, trainer, parameters, samplesPerStep: count, signal, until, live: liveLine() },
    ...{ rate: { peak: rate, warmup: WARMUP_STEPS, steps }, logEvery: 25, checkEvery: 500, check: async () => ({}) },
    step: async (step, learningRate) => trainer.step(step, learningRate, [await feeds(step)]),
    title: 'Fine-tuning of a planted encoder',
    about: `${model}, on ${asked ? 'marked photos' : 'clean photos'}.`,
  });
  const weights = await trainer.read('weight');
  const named = [...parameters.keys()].map((name) => [name, weights[`weight.${name}`]!] as const);
  await writePlanted(model, join(out, 'model'), new Map(named));
  return result;
}
