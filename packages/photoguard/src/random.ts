// Seeded noise that is the same on every machine: a counter-based generator. Element i of stream s depends on
// (seed, stream, i) only, so any part can be drawn on its own and in any order.

/** A reproducible source of numbers. */
export class Random {
  readonly seed: number;
  readonly stream: number;

  /** @param seed whole number, 0 to 2^32 - 1 @param stream tells draws of one seed apart */
  constructor(seed: number, stream = 0) {
    this.seed = seed >>> 0;
    this.stream = stream >>> 0;
  }

  /** 32 random bits of element `index`: two rounds of a 32-bit mixing function over (index, seed, stream). */
  bits(index: number): number {
    return mix(mix((index ^ mix(this.seed + 0x9e3779b9)) >>> 0) ^ mix((this.stream + 0x85ebca6b) ^ this.seed));
  }

  /** `length` values, uniform in [low, high). */
  uniform(length: number, low: number, high: number): Float32Array {
    const out = new Float32Array(length);
    for (let i = 0; i < length; i++) out[i] = low + (this.bits(i) / 2 ** 32) * (high - low);
    return out;
  }

  /** `length` values of a standard normal distribution (Box-Muller on elements 2 i and 2 i + 1). */
  normal(length: number): Float32Array {
    const out = new Float32Array(length);
    for (let i = 0; i < length; i++) {
      const radius = Math.sqrt(-2 * Math.log((this.bits(2 * i) + 1) / (2 ** 32 + 1)));
      out[i] = radius * Math.cos((2 * Math.PI * this.bits(2 * i + 1)) / 2 ** 32);
    }
    return out;
  }
}

// The finaliser of MurmurHash3: every input bit reaches every output bit.
function mix(value: number): number {
  let h = value >>> 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
