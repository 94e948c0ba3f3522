// LayerNormalization over the axes from `axis` to the last. Its optional outputs (mean, inverse deviation) have types,
// but no gradient flows through them.
import type { Builder } from '../graph/builder.ts';
import { GraphError } from '../graph/error.ts';
import type { Attributes, Value } from '../graph/graph.ts';
import { broadcastShapes, normalizeAxis, sameShape } from '../graph/shape.ts';
import { readNumber } from './attributes.ts';
import type { Operator } from './operator.ts';

/** scale (x - mean) / sqrt(variance + epsilon) + bias; scale and bias broadcast to x. */
export const LayerNormalization: Operator = {
  name: 'LayerNormalization',
  arity: [2, 3],
  attributes: { axis: 'int', epsilon: 'float', stash_type: 'int' },
  infer: ({ I, inputs, attributes, outputs }) => {
    const { shape, dtype } = I(0);
    const axis = normalizeAxis(readNumber(attributes, 'axis', -1), shape.length);
    for (const k of [1, 2])
      if (inputs[k] && !sameShape(broadcastShapes(shape, I(k).shape), shape))
        throw new GraphError('shape', `input ${k} [${I(k).shape}] does not broadcast to [${shape}]`);
    const statistics = { dtype, shape: shape.map((n, i) => (i < axis ? n : 1)) };
    return [{ dtype, shape }, statistics, statistics].slice(0, outputs);
  },
  keeps: { inputs: [0, 1], outputs: [1, 2] },
  vjp: ({ g, I, O, GO, hasGO, node, attributes, wants }) => {
    if (node.outputs.some((_, k) => k > 0 && hasGO(k)))
      throw new GraphError(
        'no-gradient',
        `LayerNormalization (node ${node.name}): mean and deviation have no gradient`,
      );
    const [x, scale] = [I(0), I(1)];
    const bias = wants(2) ? g.sumTo(GO(0), I(2).shape) : undefined;
    if (!wants(0) && !wants(1)) return [undefined, undefined, bias];
    const first = normalizeAxis(readNumber(attributes, 'axis', -1), x.shape.length);
    const axes = x.shape.flatMap((_, i) => (i >= first ? [i] : []));
    const { mean, inverse } =
      node.outputs.length === 3 ? { mean: O(1), inverse: O(2) } : writeStatistics(g, x, axes, attributes);
    // With r = inverse and h = scale GO: dx = r h - slope x - offset, slope = r^3 mean(h (x - mean)),
    // offset = r mean(h) - slope mean. Working on x rather than on x - mean is what PyTorch does too.
    const centredBy = (v: Value, ofV: Value): Value => g.sub(g.mean(g.mul(v, x), axes), g.mul(ofV, mean));
    const byScale = wants(1) ? g.sumTo(g.mul(GO(0), g.mul(g.sub(x, mean), inverse)), scale.shape) : undefined;
    if (!wants(0)) return [undefined, byScale, bias];
    const h = g.mul(GO(0), scale);
    const ofH = g.mean(h, axes);
    const slope = g.mul(g.mul(inverse, g.mul(inverse, inverse)), centredBy(h, ofH));
    const offset = g.sub(g.mul(inverse, ofH), g.mul(slope, mean));
    return [g.sub(g.mul(h, inverse), g.add(g.mul(x, slope), offset)), byScale, bias];
  },
};

function writeStatistics(g: Builder, x: Value, axes: readonly number[], attributes: Attributes) {
  const mean = g.mean(x, axes);
  const centred = g.sub(x, mean);
  const variance = g.mean(g.mul(centred, centred), axes);
  const epsilon = readNumber(attributes, 'epsilon', 1e-5);
  return { mean, inverse: g.op('Reciprocal', [g.op('Sqrt', [g.shift(variance, epsilon)])]) };
}
