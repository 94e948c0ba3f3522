// Numbers that are drawn one after the other: which photo, how large a mask, what timestep. They depend on a seed and a
// stream only, so a batch is the same whatever was drawn before it, and a training that was stopped goes on as it would
// have.
import { Random, type Stream } from 'photoguard/random';

/** A row of numbers, each drawn once. */
export class Draws {
  readonly #random: Random;
  #drawn = 0;

  /** @param seed whole number, 0 to 2^32 - 1 @param stream tells draws of one seed apart: a step, a photo */
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
