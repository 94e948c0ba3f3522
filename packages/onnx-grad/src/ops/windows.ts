// The geometry of sliding windows, shared by convolutions and pooling, for any number of spatial axes.
import { GraphError } from '../graph/error.ts';
import type { Attributes } from '../graph/graph.ts';
import { readNumber, readNumbers, readString } from './attributes.ts';

/** Windows over the spatial axes of an input. All lists have one entry per spatial axis. */
export interface Windows {
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  readonly before: readonly number[];
  readonly after: readonly number[];
  /** Number of windows. */
  readonly out: readonly number[];
}

/**
 * Reads strides, dilations, pads and auto_pad, and counts the windows.
 * @throws GraphError if no window fits
 */
export function layWindows(spatial: readonly number[], kernel: readonly number[], attributes: Attributes): Windows {
  const ones = spatial.map(() => 1);
  const strides = readNumbers(attributes, 'strides', ones);
  const dilations = readNumbers(attributes, 'dilations', ones);
  const extents = kernel.map((k, i) => dilations[i]! * (k - 1) + 1);
  const { before, after } = resolvePads(spatial, extents, strides, attributes);
  const ceil = readNumber(attributes, 'ceil_mode', 0) === 1;
  const out = spatial.map((n, i) => {
    const steps = (n + before[i]! + after[i]! - extents[i]!) / strides[i]!;
    const count = (ceil ? Math.ceil(steps) : Math.floor(steps)) + 1;
    // A last window that would start in the padding after the input does not count.
    return ceil && (count - 1) * strides[i]! >= n + before[i]! ? count - 1 : count;
  });
  if (out.some((n) => n < 1)) throw new GraphError('shape', `no window of [${extents}] fits into [${spatial}]`);
  return { kernel, strides, dilations, before, after, out };
}

function resolvePads(
  spatial: readonly number[],
  extents: readonly number[],
  strides: readonly number[],
  attributes: Attributes,
): { before: readonly number[]; after: readonly number[] } {
  const auto = readString(attributes, 'auto_pad', 'NOTSET');
  if (auto === 'NOTSET') {
    const pads = readNumbers(
      attributes,
      'pads',
      [...spatial, ...spatial].map(() => 0),
    );
    return { before: pads.slice(0, spatial.length), after: pads.slice(spatial.length) };
  }
  const total = spatial.map((n, i) =>
    auto === 'VALID' ? 0 : Math.max(0, (Math.ceil(n / strides[i]!) - 1) * strides[i]! + extents[i]! - n),
  );
  const small = total.map((n) => Math.floor(n / 2));
  const large = total.map((n, i) => n - small[i]!);
  return auto === 'SAME_LOWER' ? { before: large, after: small } : { before: small, after: large };
}

/** All index tuples below `sizes`, last axis fastest: the taps of a kernel. */
export function listOffsets(sizes: readonly number[]): number[][] {
  return sizes.reduce<number[][]>(
    (tuples, size) => tuples.flatMap((tuple) => Array.from({ length: size }, (_, i) => [...tuple, i])),
    [[]],
  );
}
