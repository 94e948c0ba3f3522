// BatchNormalization at inference: with given statistics it is an affine map of each channel.
import { GraphError } from '../graph/error.ts';
import { sameShape } from '../graph/shape.ts';
import { readNumber } from './attributes.ts';
import type { Operator } from './operator.ts';

/** scale (x - mean) / sqrt(variance + epsilon) + bias for each channel of x [N, C, ...]; training is an error. */
export const BatchNormalization: Operator = {
  name: 'BatchNormalization',
  arity: [5, 5],
  attributes: { epsilon: 'float', momentum: 'float', training_mode: 'int' },
  infer: ({ I, attributes, outputs }) => {
    if (readNumber(attributes, 'training_mode', 0) !== 0 || outputs !== 1)
      throw new GraphError('attribute', 'only inference is supported (training_mode 0, one output)');
    const { shape, dtype } = I(0);
    for (const k of [1, 2, 3, 4])
      if (!sameShape(I(k).shape, [shape[1]!]))
        throw new GraphError('shape', `input ${k} must be [${shape[1]}], not [${I(k).shape}]`);
    return [{ dtype, shape }];
  },
  keeps: { inputs: [0, 1, 3, 4] },
  vjp: ({ g, I, GO, attributes, wants }) => {
    const { shape } = I(0);
    const spread = shape.map((n, i) => (i === 1 ? n : 1));
    const rest = shape.flatMap((_, i) => (i === 1 ? [] : [i]));
    const inverse = g.op('Reciprocal', [g.op('Sqrt', [g.shift(I(4), readNumber(attributes, 'epsilon', 1e-5))])]);
    const slope = g.mul(I(1), inverse);
    const sum = g.sum(GO(0), rest, false);
    const centred = g.sub(I(0), g.reshape(I(3), spread));
    const product = g.sum(g.mul(GO(0), centred), rest, false);
    return [
      wants(0) ? g.mul(GO(0), g.reshape(slope, spread)) : undefined,
      wants(1) ? g.mul(product, inverse) : undefined,
      wants(2) ? sum : undefined,
      wants(3) ? g.neg(g.mul(sum, slope)) : undefined,
      wants(4) ? g.scale(g.mul(g.mul(product, slope), g.mul(inverse, inverse)), -0.5) : undefined,
    ];
  },
};
