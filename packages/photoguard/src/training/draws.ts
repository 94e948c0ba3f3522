// Numbers that are drawn one after the other: which photo, how large a mask, what timestep. They depend only on a seed
// and a stream, so a batch is the same whatever was drawn before it, and a resumed training continues as if it had not
// been stopped.
import { Random, type Stream } from '../random.ts';

/** A sequence of numbers, each drawn once. */
export class Draws {
  readonly #random: Random;
  #drawn = 0;

  /** @param seed whole number, 0 to 2^32 - 1 @param stream separates draws with the same seed: a step, a photo */
  constructor(seed: number, stream: Stream) {
    this.#random = new Random(seed, stream);
  }

  /** A number in [0, 1), of 32 bits; never 1, as it could be after rounding to float32. */
  next(): number {
    return this.#random.bits(this.#drawn++) / 2 ** 32;
  }

  /** A whole number from `low` to `high`, both possible. */
  between(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  /** One of several. */
  pick<T>(from: readonly T[]): T {
    return from[Math.floor(this.next() * from.length)]!;
  }
}
