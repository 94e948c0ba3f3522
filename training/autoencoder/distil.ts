// Distils a small autoencoder from a large one of the same latent space. A quarter of each batch is attacked first, as
// in an immunization: the student learns to encode attacked photos like its teacher, so that an attack on the student
// also affects the teacher.
import { initializersAsInputs } from 'onnx-grad/optim';
import type { Autoencoder } from 'photoguard/models';
import { channelDeviations } from 'photoguard/planting';
import { Random } from 'photoguard/random';
import type { Program, Runtime } from 'photoguard/runtime';
import { type Parameters, Trainer, type TrainerOptions } from 'photoguard/training';
import { latentsGraph } from 'photoguard/view';
import { type BatchShape, pictureBatch } from '../common/batch-shape.ts';
import { STREAMS } from '../common/streams.ts';
import { attackGraph, distilGraph } from './graphs.ts';

/** A student, its teacher and its settings. */
export interface DistilOptions {
  readonly runtime: Runtime;
  readonly teacher: Autoencoder;
  readonly student: Autoencoder;
  /** The student's weights, still empty. */
  readonly parameters: Parameters;
  readonly shape: BatchShape;
  readonly seed: number;
  readonly optimiser: Pick<TrainerOptions, 'betas' | 'epsilon' | 'weightDecay' | 'clipNorm' | 'averageDecay'>;
}

/** One picture in this many is attacked. */
const ATTACKED = 4;
/** Steps of the attack, and their size as a share of the largest change. */
const ATTACK_STEPS = 2;
const ATTACK_STEP = 0.75;
/** Range of the largest change of an attack, of 1. */
const ATTACK_EPS = [4 / 255, 20 / 255] as const;
/** Standard deviation of the noise on the decoder's latents, as a share of theirs. */
const LATENT_NOISE = 0.02;

/** A running distillation. */
export interface Distillation {
  readonly trainer: Trainer;
  /** One step on a batch of pictures in [0, 1]. */
  step(step: number, learningRate: number, image: Float32Array): ReturnType<Trainer['step']>;
}

/** Loads teacher, attack and trainer. `sample` is a batch to measure the teacher's latents on. */
export async function openDistillation(options: DistilOptions, sample: Float32Array): Promise<Distillation> {
  const { runtime, teacher, student, parameters, shape, seed } = options;
  const teach = await runtime.load(latentsGraph([teacher], pictureBatch(shape)));
  const first = (await teach.run({ image: sample }))['latent.0'] as Float32Array;
  const deviation = channelDeviations(first, shape.size, teacher.latentChannels);
  const loss = distilGraph(student, shape, deviation);
  const trainer = await Trainer.open({
    ...{ runtime, loss, parameters: parameters.tensors(), keep: ['encoder', 'decoder'] },
    ...options.optimiser,
  });
  const few: BatchShape = { ...shape, size: Math.floor(shape.size / ATTACKED) };
  const attack = await loadAttack(runtime, student, parameters, few);
  const teachFew = await runtime.load(latentsGraph([teacher], pictureBatch(few)));
  return {
    trainer,
    step: async (step, learningRate, image) => {
      const clean = (await teach.run({ image }))['latent.0'] as Float32Array;
      const moved = await attacked(attack, image, clean, attackDraws(seed, step), few);
      const [seen, latent] = [image.slice(), clean.slice()];
      seen.set(moved);
      latent.set((await teachFew.run({ image: moved }))['latent.0'] as Float32Array);
      const noise = new Random(seed, STREAMS.latentNoise(step)).normal(clean.length);
      const area = clean.length / shape.size / deviation.length;
      const noisy = clean.map(
        (value, i) => value + LATENT_NOISE * deviation[Math.floor(i / area) % deviation.length]! * noise[i]!,
      );
      return trainer.step(step, learningRate, [{ image, seen, latent, clean: noisy }]);
    },
  };
}

/** Random values of a step's attack. */
export interface AttackDraws {
  /** The largest change of each picture, of 1. */
  strengths(count: number): Float32Array;
  /** Whether latents are driven to those of other pictures instead of to zero. */
  readonly isTowardsOther: boolean;
  /** Start of the attack, in shares of the strength, -1 to 1. */
  start(length: number): Float32Array;
}

/** The draws of a step, each from its own stream. */
export function attackDraws(seed: number, step: number): AttackDraws {
  const [low, high] = ATTACK_EPS;
  return {
    strengths: (count) => new Random(seed, STREAMS.attackStrengths(step)).uniform(count, low, high),
    isTowardsOther: (new Random(seed, STREAMS.attackTarget(step)).bits(0) & 1) === 1,
    start: (length) => new Random(seed, STREAMS.attackStart(step)).uniform(length, -1, 1),
  };
}

// On the current weights.
async function loadAttack(
  runtime: Runtime,
  student: Autoencoder,
  parameters: Parameters,
  shape: BatchShape,
): Promise<Program> {
  const graph = attackGraph(student, shape);
  const names = [...graph.initializers.keys()].map(({ name }) => name).filter((name) => parameters.tensors().has(name));
  const resident = Object.fromEntries(names.map((name) => [name, `weight.${name}`]));
  return runtime.load(initializersAsInputs(graph, names), { resident });
}

// The first pictures of the batch, moved within a random L-inf ball: towards the latents of the last ones, or zero.
async function attacked(
  attack: Program,
  image: Float32Array,
  clean: Float32Array,
  draws: AttackDraws,
  { size, side }: BatchShape,
): Promise<Float32Array> {
  const each = 3 * side * side;
  const first = image.slice(0, size * each);
  const eps = draws.strengths(size);
  const others = clean.slice(-(clean.length / image.length) * first.length);
  const target = draws.isTowardsOther ? others : new Float32Array(others.length);
  const start = draws.start(first.length);
  let seen = first.map((value, i) => clamp(value + eps[Math.floor(i / each)]! * start[i]!, 0, 1));
  for (let step = 0; step < ATTACK_STEPS; step++) {
    const gradient = (await attack.run({ image: seen, target }))['grad.image'] as Float32Array;
    seen = seen.map((value, i) => {
      const most = eps[Math.floor(i / each)]!;
      const moved = value - ATTACK_STEP * most * Math.sign(gradient[i]!);
      return clamp(clamp(moved, first[i]! - most, first[i]! + most), 0, 1);
    });
  }
  return seen;
}

const clamp = (x: number, low: number, high: number): number => Math.min(Math.max(x, low), high);
