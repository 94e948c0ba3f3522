// LayerNormalization over the axes from `axis` to the last. Its optional outputs (mean, inverse deviation) have types,
// but no gradient flows through them.
import { GraphError } from '../graph/error.ts';
import { broadcastShapes, normalizeAxis, sameShape, sizeOf } from '../graph/shape.ts';
import { numberOf } from './attributes.ts';
import type { Operator } from './operator.ts';

/** scale (x - mean) / sqrt(variance + epsilon) + bias; scale and bias broadcast to x. */
export const LayerNormalization: Operator = {
  name: 'LayerNormalization',
  attributes: { axis: 'int', epsilon: 'float', stash_type: 'int' },
  infer: ({ I, inputs, attributes, outputs }) => {
    const { shape, dtype } = I(0);
    const axis = normalizeAxis(numberOf(attributes, 'axis', -1), shape.length);
    for (const k of [1, 2])
      if (inputs[k] && !sameShape(broadcastShapes(shape, I(k).shape), shape))
        throw new GraphError('shape', `input ${k} [${I(k).shape}] does not broadcast to [${shape}]`);
    const statistics = { dtype, shape: shape.map((n, i) => (i < axis ? n : 1)) };
    return [{ dtype, shape }, statistics, statistics].slice(0, outputs);
  },
  keeps: { inputs: [0, 1] },
  vjp: ({ g, I, GO, hasGO, node, attributes, wants }) => {
    if (node.outputs.some((_, k) => k > 0 && hasGO(k)))
      throw new GraphError(
        'no-gradient',
        `LayerNormalization (node ${node.name}): mean and deviation have no gradient`,
      );
    const [x, scale] = [I(0), I(1)];
    const bias = wants(2) ? g.sumTo(GO(0), I(2).shape) : undefined;
    if (!wants(0) && !wants(1)) return [undefined, undefined, bias];
    const first = normalizeAxis(numberOf(attributes, 'axis', -1), x.shape.length);
    const axes = x.shape.flatMap((_, i) => (i >= first ? [i] : []));
    const centred = g.sub(x, g.mean(x, axes));
    const count = sizeOf(x.shape.slice(first));
    const variance = g.scale(g.reduce('ReduceSumSquare', centred, axes), 1 / count);
    const inverse = g.op('Reciprocal', [g.op('Sqrt', [g.shift(variance, numberOf(attributes, 'epsilon', 1e-5))])]);
    const normalized = g.mul(centred, inverse);
    const byScale = wants(1) ? g.sumTo(g.mul(GO(0), normalized), scale.shape) : undefined;
    if (!wants(0)) return [undefined, byScale, bias];
    const h = g.mul(GO(0), scale);
    const along = g.mul(normalized, g.mean(g.mul(h, normalized), axes));
    return [g.mul(g.sub(g.sub(h, g.mean(h, axes)), along), inverse), byScale, bias];
  },
};
