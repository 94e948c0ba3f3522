// Convolutions that ONNX Runtime 1.30 gets wrong on WebGPU, without an error (found by comparing with the CPU): - a
// kernel of size 1 or of the input's own size becomes a matrix product, and padding only at the end is lost; - grouped,
// where the vector width that divides all output channels (4 or 2) does not divide those of a group, of
//   which there are four or more: vectors reach into the next group;
// - transposed and grouped, with one output channel a group and several input channels.
// Padding is then written as a Concat, and groups as convolutions side by side. The tests hold each form.
import type { Builder } from '../graph/builder.ts';
import type { Value } from '../graph/graph.ts';
import type { NodeContext } from '../graph/map.ts';
import { sameShape } from '../graph/shape.ts';
import { readNumber } from '../ops/attributes.ts';
import { layWindows } from '../ops/windows.ts';
import type { Rewrite } from './rewrite.ts';

/** Conv, with groups or padding written out if necessary. */
export const conv: Rewrite = (context) => {
  const groups = readNumber(context.attributes, 'group', 1);
  const channels = context.I(1).shape[0]!;
  const vector = channels % 4 === 0 ? 4 : channels % 2 === 0 ? 2 : 1;
  const each = channels / groups;
  if (groups > 1 && each >= 4 && each % vector !== 0) return [byGroup(context, groups)];
  return padded(context);
};

/** ConvTranspose, with groups written out if necessary. */
export const convTranspose: Rewrite = (context) => {
  const groups = readNumber(context.attributes, 'group', 1);
  const [inputs, outputs] = context.I(1).shape as [number, number];
  return groups > 1 && outputs === 1 && inputs > groups ? [byGroup(context, groups)] : undefined;
};

function byGroup({ g, node, attributes, I, inputs }: NodeContext, groups: number): Value {
  const part = (x: Value, axis: number, k: number): Value => {
    const size = x.shape[axis]! / groups;
    return g.slice(x, [axis], [k * size], [(k + 1) * size]);
  };
  const bias = inputs[2];
  const results = Array.from({ length: groups }, (_, k) => {
    const own = [part(I(0), 1, k), part(I(1), 0, k), ...(bias ? [part(bias, 0, k)] : [])];
    return g.op(node.op, own, { ...attributes, group: 1 });
  });
  return g.concat(results, 1);
}

function padded({ g, attributes, I, inputs }: NodeContext): readonly Value[] | undefined {
  const spatial = I(0).shape.slice(2);
  const { kernel, before, after } = layWindows(spatial, I(1).shape.slice(2), attributes);
  const product = kernel.every((k) => k === 1) || sameShape(kernel, spatial);
  if (!product || before.some((n) => n !== 0) || after.every((n) => n === 0)) return undefined;
  const { auto_pad: _, ...others } = attributes;
  const x = after.reduce((value, size, i) => zerosAtEnd(g, value, i + 2, size), I(0));
  return [g.op('Conv', [x, ...inputs.slice(1)], { ...others, pads: [...before, ...after].map(() => 0) })];
}

// Not with Pad: the runtime would fuse it into the convolution and lose it there.
function zerosAtEnd(g: Builder, x: Value, axis: number, size: number): Value {
  if (size === 0) return x;
  return g.concat(
    [
      x,
      g.zeros(
        x.dtype,
        x.shape.map((n, i) => (i === axis ? size : n)),
      ),
    ],
    axis,
  );
}
