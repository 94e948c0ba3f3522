// MaxPool. The gradient goes to the first largest element of each window, in row-major order, as in PyTorch: every
// kernel tap's view of the input is compared with the output, and a tap gets only the gradient that no earlier one has
// got. Everything is written in operators that WebGPU has; integers (the output Indices) are not needed.
import type { Builder } from '../graph/builder.ts';
import { GraphError } from '../graph/error.ts';
import type { OutputType, Value } from '../graph/graph.ts';
import type { Operator } from './operator.ts';
import { POOL_ATTRIBUTES, poolWindows, spreadOverWindows } from './pool-gradient.ts';
import type { Windows } from './windows.ts';
import { listOffsets } from './windows.ts';

/** Largest element of windows of each channel of x [N, C, ...]; optionally where it was (int64, no gradient). */
export const MaxPool: Operator = {
  name: 'MaxPool',
  arity: [1, 1],
  attributes: { ...POOL_ATTRIBUTES, storage_order: 'int' },
  infer: ({ I, attributes, outputs }) => {
    const { dtype } = I(0);
    const shape = [...I(0).shape.slice(0, 2), ...poolWindows(I(0).shape, attributes).out];
    const types: OutputType[] = [
      { dtype, shape },
      { dtype: 'int64', shape },
    ];
    if (outputs > types.length) throw new GraphError('shape', 'there are two outputs at most');
    return types.slice(0, outputs);
  },
  keeps: { inputs: [0], outputs: [0] },
  vjp: ({ g, I, O, GO, attributes }) => {
    const windows = poolWindows(I(0).shape, attributes);
    const [n, c] = I(0).shape as [number, number];
    let free = g.expand(g.scalar(1, GO(0).dtype), O(0).shape);
    const won = viewsOfTaps(g, I(0), windows).map((seen) => {
      const mask = g.mul(g.cast(g.op('Equal', [seen, O(0)]), GO(0).dtype), free);
      free = g.sub(free, mask);
      return g.reshape(g.mul(GO(0), mask), [n, c, 1, ...windows.out]);
    });
    return [spreadOverWindows(g, g.concat(won, 2), I(0).shape, windows)];
  },
};

// What each kernel tap reads, [N, C, ...out] each; minus infinity outside the input.
function viewsOfTaps(g: Builder, x: Value, windows: Windows): Value[] {
  const { kernel, strides, dilations, before, out } = windows;
  const axes = kernel.map((_, i) => i + 2);
  const reach = kernel.map((k, i) => (out[i]! - 1) * strides[i]! + dilations[i]! * (k - 1) + 1);
  const after = reach.map((r, i) => Math.max(0, r - x.shape[i + 2]! - before[i]!));
  const outside = [0, 0, ...before, 0, 0, ...after];
  const padded = outside.some((n) => n !== 0)
    ? g.op('Pad', [x, g.ints(outside), g.scalar(Number.NEGATIVE_INFINITY, x.dtype)], { mode: 'constant' })
    : x;
  return listOffsets(kernel).map((tap) => {
    const starts = tap.map((t, i) => t * dilations[i]!);
    const ends = starts.map((s, i) => s + (out[i]! - 1) * strides[i]! + 1);
    return g.slice(padded, axes, starts, ends, strides);
  });
}
