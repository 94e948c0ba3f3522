// What is planted should outlast fine-tunings of the encoder by others. Planting rehearses them: now and then the encoder, as
// it is by then, is fine-tuned on clean photos for a few steps, and how that changed its weights is kept. Then half of the
// steps see the encoder displaced that way, up to several times as far, and by some noise.
import { STATES } from 'onnx-grad/optim';
import { Random, STREAMS } from '../random.ts';
import type { Runtime } from '../runtime/index.ts';
import { Draws, type FirstTensor, Trainer, type TrainerState, type Weights } from '../training/index.ts';
import { reconstructionLoss } from './loss.ts';
import { drawPairs, type SampleSource } from './samples.ts';
import { openStudent } from './student.ts';

/** Steps of a planting between two rehearsals, and steps of one. */
const EVERY = 60;
const STEPS = 24;
const RATE = 1e-4;
const SQUARES = 4;
const SEED = 2 ** 30;
/** Share of the steps that see the encoder displaced, and how far at most: in changes by a rehearsal, in deviations of a weight. */
const SHARE = 0.5;
const FARTHEST = 2;
const NOISIEST = 0.05;
const OPTIMISER = { betas: [0.9, 0.99], epsilon: 1e-8, weightDecay: 0, clipNorm: 1, averageDecay: 0 } as const;

/** What rehearsals take. */
export interface RehearsalOptions {
  /** Folder of the model. */
  readonly model: string;
  /** Not that of the planting: both would call their weights the same. */
  readonly runtime: Runtime;
  readonly source: SampleSource;
  /** Weights of the planting. */
  readonly tensors: ReadonlyMap<string, FirstTensor>;
}

/** Rehearsed fine-tunings. */
export class Rehearsals {
  readonly #trainer: Trainer;
  readonly #source: SampleSource;
  readonly #tensors: RehearsalOptions['tensors'];
  #change: Weights;

  private constructor(trainer: Trainer, { source, tensors }: RehearsalOptions) {
    this.#trainer = trainer;
    this.#source = { ...source, plainOnly: true, seed: (source.seed + SEED) % 2 ** 32 };
    this.#tensors = tensors;
    this.#change = Object.fromEntries([...tensors].map(([name, { data }]) => [name, new Float32Array(data.length)]));
  }

  static async open(options: RehearsalOptions): Promise<Rehearsals> {
    const { autoencoder } = await openStudent(options.model);
    const loss = reconstructionLoss(autoencoder, { count: SQUARES, side: options.source.side });
    const trainer = await Trainer.open({ runtime: options.runtime, loss, parameters: options.tensors, ...OPTIMISER });
    return new Rehearsals(trainer, options);
  }

  /** Where weights are displaced to in a step of the planting, or undefined. @param weights reads them as they are now */
  async offsets(step: number, weights: () => Promise<TrainerState>): Promise<Weights | undefined> {
    if (step % EVERY === 0) await this.#rehearse(step, await weights());
    const stream = STREAMS.plantingOffsets(step);
    const draws = new Draws(this.#source.seed, stream);
    if (draws.next() >= SHARE) return undefined;
    const [far, noisy] = [FARTHEST * draws.next(), NOISIEST * draws.next()];
    let seed = this.#source.seed;
    const offsets = [...this.#tensors].map(([name, { data }]) => {
      const change = this.#change[name]!;
      const size = noisy * Math.sqrt(data.reduce((sum, x) => sum + x * x, 0) / data.length);
      const noise = new Random(++seed, stream).normal(data.length);
      return [name, noise.map((value, i) => size * value + far * change[i]!)] as const;
    });
    return Object.fromEntries(offsets);
  }

  /** For a checkpoint. */
  read(): TrainerState {
    return Object.fromEntries(Object.entries(this.#change).map(([name, data]) => [`change.${name}`, data]));
  }

  /** From a checkpoint. */
  restore(states: TrainerState): void {
    const kept = Object.keys(this.#change).map((name) => [name, states[`change.${name}`] ?? this.#change[name]!]);
    this.#change = Object.fromEntries(kept) as Weights;
  }

  async #rehearse(step: number, weights: TrainerState): Promise<void> {
    const names = Object.keys(this.#change);
    const first = names.flatMap((name) => {
      const weight = weights[`weight.${name}`]!;
      return STATES.map((state) => {
        const isWeight = state === 'weight' || state === 'average';
        return [`${state}.${name}`, isWeight ? weight : new Float32Array(weight.length)] as const;
      });
    });
    await this.#trainer.restore(Object.fromEntries(first));
    for (let k = 0; k < STEPS; k++) {
      const { plain } = await drawPairs(this.#source, SQUARES, step * STEPS + k, 1);
      await this.#trainer.step(k + 1, RATE, [{ image: plain }]);
    }
    const after = await this.#trainer.read('weight');
    const change = names.map((name) => {
      const before = weights[`weight.${name}`]!;
      return [name, after[`weight.${name}`]!.map((value, i) => value - before[i]!)] as const;
    });
    this.#change = Object.fromEntries(change);
  }
}
