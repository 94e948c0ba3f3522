// Seeded noise that is the same on every machine: a counter-based generator. Element i of stream s depends on
// (seed, stream, i) only, so any part can be drawn on its own and in any order.
//
// Two draws with the same seed must not share a stream, or they would use the same numbers. So streams come only from
// tables: one for all draws of this package, below, and one for those of the training. A table refuses overlapping
// streams, and the compiler refuses a plain number as a stream.

/** The number of a stream, from a table. */
export type Stream = number & { readonly from: 'table' };

/** A row of a table: a stream's number, or the first number and the count of streams that an index selects from. */
export type StreamRow = number | readonly [first: number, count: number];

/** Streams by name: one, or a function from an index (a step, a draw) to one. */
export type Streams<Rows extends Readonly<Record<string, StreamRow>>> = {
  readonly [Name in keyof Rows]: Rows[Name] extends number ? Stream : (index: number) => Stream;
};

/** A table of streams. @throws RangeError where two rows overlap, and from a row's function for an index outside it */
export function streamTable<const Rows extends Readonly<Record<string, StreamRow>>>(rows: Rows): Streams<Rows> {
  const ranges = Object.entries(rows).map(([name, row]) => {
    const [first, count] = typeof row === 'number' ? [row, 1] : row;
    return { name, first, end: first + count };
  });
  ranges.sort((a, b) => a.first - b.first);
  for (const [i, { name, first, end }] of ranges.entries()) {
    const next = ranges[i + 1];
    if (next && next.first < end) throw new RangeError(`the streams ${name} and ${next.name} overlap`);
    if (!(Number.isInteger(first) && first >= 0 && end <= 2 ** 32)) throw new RangeError(`no stream numbers: ${name}`);
  }
  const made = Object.entries(rows).map(([name, row]) => [name, typeof row === 'number' ? row : picker(name, row)]);
  return Object.fromEntries(made) as Streams<Rows>;
}

function picker(name: string, [first, count]: readonly [first: number, count: number]): (index: number) => number {
  return (index) => {
    if (Number.isInteger(index) && index >= 0 && index < count) return first + index;
    throw new RangeError(`the stream ${name} has indexes 0 to ${count - 1}, got ${index}`);
  };
}

/** All streams of this package. A row's numbers never change: results of a seed depend on them. */
export const STREAMS = streamTable({
  /** An attack's random start. */
  start: 0,
  /** The noise control of an attack. */
  control: 1,
  /** The target `noise` of an attack. */
  noiseTarget: 7,
  /** Prompts and noise of the edits that a diffusion attack sees. */
  draws: 31,
  /** Prompts, timesteps, masks and noise that a denoising attack looks at. */
  looks: 32,
  /** Transforms of an expectation. */
  transforms: 33,
  /** Resampled photos of an evaluation. */
  bootstrap: 41,
  /** Noise of an edit: of the photo's posterior, of the masked photo's, of the first latent, of each step. */
  posterior: 101,
  maskedPosterior: 102,
  initialLatent: 103,
  editStep: [1000, 1000],
  /** The transformation `noise`. */
  addedNoise: 201,
  /** Seeds of the parts of a chain of transformations. */
  chainPart: [300, 100],
  /** Draws of an audit's noise control. */
  auditNoise: [2000, 1_000_000],
  /** Of planting, by the number of a sample: what is cut and what happens to it; noise on it. */
  plantingSamples: [2 ** 28, 2 ** 28],
  plantingNoise: [2 ** 29, 2 ** 28],
  /** Of planting, by step: where the weights are displaced to. */
  plantingOffsets: [2 ** 29 + 2 ** 28, 2 ** 24],
  /** Of planting, by step: which branches are left out. */
  plantingBranches: [2 ** 29 + 2 ** 28 + 2 ** 24, 2 ** 24],
});

/** A reproducible source of numbers. */
export class Random {
  readonly seed: number;
  readonly stream: number;

  /** @param seed whole number, 0 to 2^32 - 1 @param stream separates draws with the same seed. Default: number 0 */
  constructor(seed: number, stream: Stream = STREAMS.start) {
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
