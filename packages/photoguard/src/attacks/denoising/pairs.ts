// The looks of each gradient: prompt, timesteps with their noise, and the posterior's noise, drawn by seed, new for
// each gradient. Reported values are measured on separate draws.
import { type EditNoise, seededNoise } from '../../editing/index.ts';
import type { Mask } from '../../image/index.ts';
import { Random, STREAMS } from '../../random.ts';

/** A timestep and the noise added to the latent there. */
export interface Pair {
  /** A training timestep, from 0. */
  readonly timestep: number;
  noise(length: number): Float32Array;
}

/** What one gradient uses. */
export interface Look {
  readonly prompt: string;
  readonly posterior: Pick<EditNoise, 'posterior' | 'posteriorMasked'>;
  readonly pairs: readonly Pair[];
  /** White is hidden from the encoder of an inpainting editor; the model's size. Default: the objective's mask. */
  readonly mask?: Mask;
}

/** The looks of all gradients. */
export interface Looks {
  /** Of gradient `k`, from 0. */
  at(k: number): Look;
  /** Looks for comparing images, always the same. */
  readonly measured: readonly Look[];
}

/** How looks are drawn. */
export interface LooksOptions {
  readonly prompts: readonly string[];
  /** Pairs that a gradient is averaged over. */
  readonly count: number;
  readonly seed: number;
  /** One of the timesteps, for 32 random bits. */
  readonly timestep: (bits: number) => number;
  /** A mask for 32 random bits. Default: none. */
  readonly mask?: (bits: number) => Mask;
}

const MEASURED = 2 ** 26;
/** Looks that images are compared on. */
const COMPARED = 4;
/** Numbers that a look may take from its stream. */
const NUMBERS_A_LOOK = 32;

/** Looks by seed. */
export function seededLooks({ prompts, count, seed, timestep, mask }: LooksOptions): Looks {
  const random = new Random(seed, STREAMS.looks);
  const look = (k: number): Look => {
    const bits = (i: number): number => random.bits(k * NUMBERS_A_LOOK + i);
    const noise = seededNoise(bits(1));
    return {
      prompt: prompts[bits(0) % prompts.length]!,
      posterior: noise,
      pairs: Array.from({ length: count }, (_, i) => ({
        timestep: timestep(bits(3 + i)),
        noise: (length) => noise.step(i, length),
      })),
      ...(mask && { mask: mask(bits(2)) }),
    };
  };
  return { at: look, measured: Array.from({ length: COMPARED }, (_, i) => look(MEASURED + i)) };
}
