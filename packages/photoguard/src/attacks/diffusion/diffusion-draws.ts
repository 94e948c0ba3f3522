// The edits that a diffusion attack is made against: prompts and noise, drawn by seed for each gradient, so that the
// result is not specific to one draw. Reported values are measured on separate draws.
import { type EditNoise, seededNoise } from '../../editing/index.ts';
import { Random, STREAMS } from '../../random.ts';

/** One edit: its prompt and noise. */
export interface Draw {
  readonly prompt: string;
  readonly noise: EditNoise;
}

/** Which draws each gradient sees. */
export interface Draws {
  /** Draws of gradient `k`, from 0. */
  at(k: number): readonly Draw[];
  /** Draws for comparing images, always the same. */
  readonly measured: readonly Draw[];
}

/** How draws are made. */
export interface DrawsOptions {
  /** Prompts, at least one; each draw takes one of them at random. */
  readonly prompts: readonly string[];
  /** Draws that a gradient is averaged over. */
  readonly count: number;
  readonly seed: number;
  /** Whether every gradient sees the same draws. Default: false. */
  readonly fixed?: boolean;
}

/** Draws for measuring begin here, far from those of gradients; each draw uses two of 2^32 numbers. */
const MEASURED = 2 ** 30;

/** Draws by seed. */
export function seededDraws({ prompts, count, seed, fixed = false }: DrawsOptions): Draws {
  const random = new Random(seed, STREAMS.draws);
  const draw = (index: number): Draw => ({
    prompt: prompts[random.bits(2 * index) % prompts.length]!,
    noise: seededNoise(random.bits(2 * index + 1)),
  });
  const from = (first: number): Draw[] => Array.from({ length: count }, (_, i) => draw(first + i));
  return { at: (k) => from(fixed ? 0 : k * count), measured: from(MEASURED) };
}
