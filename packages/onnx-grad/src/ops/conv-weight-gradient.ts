// The gradient of a convolution by its weight: for each kernel tap, a matrix product of the cotangent with the view of
// the padded input that this tap reads.
import type { Builder } from '../graph/builder.ts';
import type { Value } from '../graph/graph.ts';
import type { Shape } from '../graph/shape.ts';
import { sizeOf } from '../graph/shape.ts';
import type { Windows } from './windows.ts';
import { listOffsets } from './windows.ts';

/** Gradient by a weight of shape [O, C / groups, ...], given the input and the cotangent of the output. */
export function convWeightGradient(
  g: Builder,
  x: Value,
  cotangent: Value,
  weight: Shape,
  { strides, dilations, before, after, kernel, out, groups }: Windows & { groups: number },
): Value {
  const [n, c] = x.shape as [number, number];
  const o = weight[0]!;
  const spatial = kernel.map((_, i) => i + 2);
  const last = spatial.map((_, i) => Math.max(after[i]!, 0));
  const padded = g.pad(x, [0, 0, ...before], [0, 0, ...last]);
  // The input is transposed once: channels, space, batch. A tap's view then consists of long contiguous pieces, and
  // space and batch are one axis to sum over.
  const channelsFirst = (value: Value): Value => g.transpose(value, [1, ...spatial, 0]);
  const count = n * sizeOf(out);
  const left = g.reshape(channelsFirst(cotangent), [groups, o / groups, count]);
  const seen = channelsFirst(padded);
  const axes = kernel.map((_, i) => i + 1);
  const taps = listOffsets(kernel).map((tap) => {
    const starts = tap.map((t, i) => t * dilations[i]!);
    const ends = starts.map((s, i) => s + (out[i]! - 1) * strides[i]! + 1);
    const view = g.reshape(g.slice(seen, axes, starts, ends, strides), [groups, c / groups, count]);
    return g.op('MatMul', [left, g.transpose(view, [0, 2, 1])]);
  });
  const stacked = taps.map((tap) => g.reshape(tap, [o, c / groups, 1]));
  return g.reshape(g.concat(stacked, 2), weight);
}
