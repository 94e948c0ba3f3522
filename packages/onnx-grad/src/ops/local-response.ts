// Local response normalisation: each element over a power of the sum of squares of the channels around it. The sum is a
// product with a band of ones along the channels.
import { GraphError } from '../graph/error.ts';
import { inferSame } from './arithmetic.ts';
import { readNumber } from './attributes.ts';
import { multiplyAxis } from './axis-product.ts';
import type { Operator } from './operator.ts';

/** x / (bias + alpha / size * sum of x^2 over `size` channels)^beta; x is [N, C, ...]. */
export const LRN: Operator = {
  name: 'LRN',
  arity: [1, 1],
  attributes: { alpha: 'float', beta: 'float', bias: 'float', size: 'int' },
  infer: (context) => {
    const [rank, size] = [context.I(0).shape.length, readNumber(context.attributes, 'size', 0)];
    if (rank < 2) throw new GraphError('shape', `an input [N, C, ...] is needed, not [${context.I(0).shape}]`);
    if (!(size >= 1)) throw new GraphError('attribute', `size must be 1 or more, not ${size}`);
    return inferSame(context);
  },
  decompose: ({ g, I, attributes }) => {
    const [x, channels, size] = [I(0), I(0).shape[1]!, readNumber(attributes, 'size', 1)];
    const [before, after] = [Math.floor((size - 1) / 2), Math.ceil((size - 1) / 2)];
    const band = Array.from({ length: channels }, (_, c) =>
      Float64Array.from({ length: channels }, (_, k) => (k >= c - before && k <= c + after ? 1 : 0)),
    );
    const sums = multiplyAxis(g, band, g.mul(x, x), 1);
    const base = g.shift(
      g.scale(sums, readNumber(attributes, 'alpha', 1e-4) / size),
      readNumber(attributes, 'bias', 1),
    );
    return [g.mul(x, g.op('Pow', [base, g.scalar(-readNumber(attributes, 'beta', 0.75), x.dtype)]))];
  },
};
