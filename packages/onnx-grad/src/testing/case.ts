// Gradient cases: one small graph of random shape and attributes for each operator, as data. The same cases are
// compared with central differences on the CPU, run again on wasm and WebGPU, and listed in docs/operators.md, so
// nothing here may import a test framework or a module of Node.
import { GraphBuilder } from '../builder.ts';
import type { TypedArray } from '../graph/dtype.ts';
import type { Graph, Value } from '../graph/graph.ts';
import type { Shape } from '../graph/shape.ts';
import { sizeOf } from '../graph/shape.ts';

/** Uniform numbers in [0, 1). */
export type Random = () => number;

/** A graph, data for its inputs, and the names of the inputs to differentiate by. */
export interface BuiltCase {
  readonly graph: Graph;
  readonly inputs: Record<string, TypedArray>;
  readonly wrt: readonly string[];
}

/** A family of small graphs that tests the rules of some operators. */
export interface GradientCase {
  readonly name: string;
  /** Operators whose rules it tests, as keys of OPERATORS. */
  readonly operators: readonly string[];
  /** Draws one graph; the same numbers give the same graph. */
  build(random: Random): BuiltCase;
  /** At most quadratic in every input, over small integers: differences of step 1 are exact in float32. */
  readonly exact?: boolean;
  /** Compare in float32 although every operator runs in float64 too (one that computes in float32 inside). */
  readonly float32?: boolean;
}

/** A seeded generator (mulberry32). */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A whole number from `low` to `high`, both included. */
export const int = (random: Random, low: number, high: number): number => low + Math.floor(random() * (high - low + 1));

/** One of several. */
export const pick = <T>(random: Random, choices: readonly T[]): T => choices[int(random, 0, choices.length - 1)]!;

/** Sizes of `rank` axes, 1 to 4 unless told otherwise. */
export const drawShape = (random: Random, rank: number, low = 1, high = 4): number[] =>
  Array.from({ length: rank }, () => int(random, low, high));

/** A shape that broadcasts to `shape`: some axes 1, some leading ones missing. */
export const broadcastable = (random: Random, shape: Shape): number[] =>
  shape.slice(int(random, 0, shape.length)).map((n) => (random() < 0.4 ? 1 : n));

/** A list in random order. */
export function shuffled<T>(random: Random, items: readonly T[]): T[] {
  const out = [...items];
  for (let i = out.length - 1; i > 0; i--) {
    const j = int(random, 0, i);
    [out[i], out[j]] = [out[j]!, out[i]!];
  }
  return out;
}

/** Collects a case: a builder, and inputs with their data. */
export class Draft {
  readonly g = new GraphBuilder();
  readonly random: Random;
  readonly #inputs: Record<string, TypedArray> = {};
  readonly #wrt: string[] = [];

  constructor(random: Random) {
    this.random = random;
  }

  /** A float input of small whole numbers, -3 to 3. */
  integers(name: string, shape: Shape): Value {
    return this.#float(name, shape, () => int(this.random, -3, 3));
  }

  /** A float input, uniform in a range. */
  uniform(name: string, shape: Shape, low = -2, high = 2): Value {
    return this.#float(name, shape, () => low + (high - low) * this.random());
  }

  /** A float input of values at least `gap` apart from one another, and half a gap from 0: no ties, no kinks. */
  distinct(name: string, shape: Shape, gap = 0.25): Value {
    const size = sizeOf(shape);
    const ranks = shuffled(
      this.random,
      Array.from({ length: size }, (_, i) => i),
    );
    return this.#float(name, shape, (i) => (ranks[i]! - Math.floor(size / 2) + 0.5) * gap);
  }

  /** A float input of magnitudes in a range and random signs. */
  awayFromZero(name: string, shape: Shape, low = 0.5, high = 2): Value {
    return this.#float(name, shape, () => (this.random() < 0.5 ? -1 : 1) * (low + (high - low) * this.random()));
  }

  /** A float input of given numbers. */
  given(name: string, shape: Shape, at: (i: number) => number): Value {
    return this.#float(name, shape, at);
  }

  /** An int64 input of given numbers; no gradient. */
  indices(name: string, shape: Shape, at: (i: number) => number): Value {
    this.#inputs[name] = BigInt64Array.from({ length: sizeOf(shape) }, (_, i) => BigInt(at(i)));
    return this.g.input(name, 'int64', shape);
  }

  /** A bool input; no gradient. */
  flags(name: string, shape: Shape): Value {
    this.#inputs[name] = Uint8Array.from({ length: sizeOf(shape) }, () => int(this.random, 0, 1));
    return this.g.input(name, 'bool', shape);
  }

  /** The case, with these outputs. */
  done(...outputs: readonly Value[]): BuiltCase {
    outputs.forEach((value, i) => {
      this.g.output(`y${i}`, value);
    });
    return { graph: this.g.build(), inputs: this.#inputs, wrt: this.#wrt };
  }

  #float(name: string, shape: Shape, at: (i: number) => number): Value {
    this.#inputs[name] = Float32Array.from({ length: sizeOf(shape) }, (_, i) => at(i));
    this.#wrt.push(name);
    return this.g.input(name, 'float32', shape);
  }
}
