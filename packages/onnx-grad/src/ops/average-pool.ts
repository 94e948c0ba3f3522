// AveragePool and the global pools. A window's count leaves out what lies beyond the padded input, and the padding too
// unless count_include_pad is set; all counts are known when the graph is built.
import type { Builder } from '../graph/builder.ts';
import type { Attributes, OutputType, Value } from '../graph/graph.ts';
import type { Shape } from '../graph/shape.ts';
import { sizeOf } from '../graph/shape.ts';
import { readNumber } from './attributes.ts';
import type { InferContext, Operator } from './operator.ts';
import { POOL_ATTRIBUTES, poolWindows, spreadOverWindows } from './pool-gradient.ts';
import type { Windows } from './windows.ts';

/** Mean over windows of each channel of x [N, C, ...]. */
export const AveragePool: Operator = {
  name: 'AveragePool',
  arity: [1, 1],
  attributes: { ...POOL_ATTRIBUTES, count_include_pad: 'int' },
  infer: ({ I, attributes }) => {
    const { shape, dtype } = I(0);
    return [{ dtype, shape: [...shape.slice(0, 2), ...poolWindows(shape, attributes).out] }];
  },
  vjp: ({ g, I, GO, attributes }) => {
    const { shape } = I(0);
    const windows = poolWindows(shape, attributes);
    if (isPartition(windows, shape.slice(2))) return [repeatOverBlocks(g, GO(0), shape, windows.kernel)];
    const [n, c] = shape as [number, number];
    const cotangent = g.mul(GO(0), inverseCounts(g, GO(0), shape.slice(2), windows, attributes));
    return [spreadOverWindows(g, g.reshape(cotangent, [n, c, 1, ...windows.out]), shape, windows)];
  },
};

// Windows that neither overlap nor leave the input (as ceil_mode lets the last one).
const isPartition = ({ kernel, strides, dilations, before, after, out }: Windows, spatial: Shape): boolean =>
  kernel.every((k, i) => k === strides[i] && dilations[i] === 1) &&
  spatial.every((n, i) => before[i] === 0 && after[i] === 0 && out[i]! * kernel[i]! <= n);

function repeatOverBlocks(g: Builder, cotangent: Value, x: Shape, kernel: readonly number[]): Value {
  const [n, c, ...out] = cotangent.shape as [number, number, ...number[]];
  const each = g.reshape(g.scale(cotangent, 1 / sizeOf(kernel)), [n, c, ...out.flatMap((m) => [m, 1])]);
  const blocks = g.expand(each, [n, c, ...out.flatMap((m, i) => [m, kernel[i]!])]);
  const covered = out.map((m, i) => m * kernel[i]!);
  const left = covered.map((m, i) => x[i + 2]! - m);
  return g.pad(g.reshape(blocks, [n, c, ...covered]), [0, 0, ...left.map(() => 0)], [0, 0, ...left]);
}

// 1 / (elements of each window), [1, 1, ...out]; the product of one factor an axis.
function inverseCounts(
  g: Builder,
  like: Value,
  spatial: Shape,
  { kernel, strides, dilations, before, after, out }: Windows,
  attributes: Attributes,
): Value {
  const padded = readNumber(attributes, 'count_include_pad', 0) === 1;
  const factors = spatial.map((size, axis) => {
    const [low, high] = padded ? [-before[axis]!, size + after[axis]!] : [0, size];
    const counts = Float32Array.from({ length: out[axis]! }, (_, i) => {
      const start = i * strides[axis]! - before[axis]!;
      const taps = Array.from({ length: kernel[axis]! }, (_, k) => start + k * dilations[axis]!);
      return 1 / taps.filter((at) => at >= low && at < high).length;
    });
    const shape = [1, 1, ...spatial.map((_, i) => (i === axis ? out[axis]! : 1))];
    return g.cast(g.constant({ dtype: 'float32', shape, data: counts }), like.dtype);
  });
  return factors.reduce(g.mul);
}

const inferGlobal = ({ I }: InferContext): readonly OutputType[] => [
  { dtype: I(0).dtype, shape: I(0).shape.map((n, i) => (i < 2 ? n : 1)) },
];

/** Mean over all of space; the spatial axes stay with size 1. */
export const GlobalAveragePool: Operator = {
  name: 'GlobalAveragePool',
  arity: [1, 1],
  attributes: {},
  infer: inferGlobal,
  vjp: ({ g, I, GO }) => [g.expand(g.scale(GO(0), 1 / sizeOf(I(0).shape.slice(2))), I(0).shape)],
};

/** Largest element over all of space; equal ones share the gradient. */
export const GlobalMaxPool: Operator = {
  name: 'GlobalMaxPool',
  arity: [1, 1],
  attributes: {},
  infer: inferGlobal,
  keeps: { inputs: [0], outputs: [0] },
  vjp: ({ g, I, O, GO }) => {
    const mask = g.cast(g.op('Equal', [I(0), O(0)]), GO(0).dtype);
    const axes = I(0).shape.flatMap((_, i) => (i < 2 ? [] : [i]));
    return [g.mul(mask, g.div(GO(0), g.sum(mask, axes)))];
  },
};
