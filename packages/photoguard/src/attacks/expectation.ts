// An objective over what may happen to the photo on its way: the mean over random chains of transforms, or the worst of
// them. Each gradient uses new draws; measurements always use the same ones.
import type { Image01 } from '../image/index.ts';
import { Random, STREAMS } from '../random.ts';
import type { Runtime } from '../runtime/index.ts';
import { type Draws, SeeThrough, type Transform } from '../transforms/index.ts';
import type { Evaluation, Objective, Part } from './objective.ts';

/** Options of an expectation. */
export interface ExpectationOptions {
  /** Chains with a gradient: `parseDraws('none; jpeg:60..95; resize:0.4..1')`. */
  readonly draws: Draws;
  /** Draws for each gradient. Default 1. */
  readonly count?: number;
  /** Whether all draws count alike, or only the one with the highest loss. Default: mean. */
  readonly combine?: 'mean' | 'worst';
  readonly runtime: Runtime;
  /** Bytes of the transforms' programs that may stay loaded. Default: no limit. */
  readonly limit?: number;
  readonly seed?: number;
}

/** Draws for comparing images. */
const COMPARED = 8;
const COMPARED_FROM = 2 ** 22;

/** `objective` seen through random transforms of the images it takes. */
export function expectation(options: ExpectationOptions, objective: Objective): Objective {
  const { draws, count = 1, combine = 'mean', runtime, limit, seed = 0 } = options;
  const through = new SeeThrough(runtime, limit);
  const random = new Random(seed, STREAMS.transforms);
  const drawn = (k: number): { transform: Transform; seed: number } => ({
    transform: draws.draw(random, k),
    seed: random.bits(2 ** 31 + k),
  });
  const seen = (image: Image01, k: number, signal?: AbortSignal) => {
    const { transform, seed: noise } = drawn(k);
    return through.see(image, transform.passes!(image, noise), signal);
  };
  const cleanSeen = async (clean: Image01 | undefined, k: number, signal?: AbortSignal) =>
    clean && (await seen(clean, k, signal)).image;
  const evaluate = async (image: Image01, k: number, signal?: AbortSignal, clean?: Image01): Promise<Evaluation> => {
    const { image: transformed, pull } = await seen(image, k, signal);
    const result = await objective.evaluate(transformed, k, signal, await cleanSeen(clean, k, signal));
    return { ...result, gradient: await pull(result.gradient, signal) };
  };
  return {
    relative: objective.relative,
    async evaluate(image, k, signal, clean) {
      const each: Evaluation[] = [];
      for (let i = 0; i < count; i++) each.push(await evaluate(image, k * count + i, signal, clean));
      if (combine === 'worst') return each.reduce((worst, one) => (one.loss > worst.loss ? one : worst));
      return average(each);
    },
    async measure(image, signal, clean) {
      const each: (readonly Part[])[] = [];
      for (let i = 0; i < COMPARED; i++) {
        const { image: transformed } = await seen(image, COMPARED_FROM + i, signal);
        each.push(await objective.measure(transformed, signal, await cleanSeen(clean, COMPARED_FROM + i, signal)));
      }
      const combined = (losses: readonly number[]): number =>
        combine === 'worst' ? Math.max(...losses) : losses.reduce((a, b) => a + b, 0) / losses.length;
      return each[0]!.map(({ ref }, m) => ({ ref, loss: combined(each.map((parts) => parts[m]!.loss)) }));
    },
    async release() {
      await through.release();
      await objective.release();
    },
  };
}

function average(each: readonly Evaluation[]): Evaluation {
  const gradient = new Float32Array(each[0]!.gradient.length);
  for (const one of each) for (let i = 0; i < gradient.length; i++) gradient[i]! += one.gradient[i]! / each.length;
  const mean = (of: (one: Evaluation) => number): number => each.reduce((sum, one) => sum + of(one), 0) / each.length;
  return {
    gradient,
    loss: mean(({ loss }) => loss),
    scale: each[0]!.scale,
    parts: each[0]!.parts.map(({ ref }, m) => ({ ref, loss: mean(({ parts }) => parts[m]!.loss) })),
  };
}
