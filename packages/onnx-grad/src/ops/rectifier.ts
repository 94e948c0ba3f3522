// Piecewise linear functions: Relu and LeakyRelu. At a kink the derivative is that of PyTorch: 0 for Relu at 0.
import { inferSame } from './arithmetic.ts';
import { numberOf } from './attributes.ts';
import { foldUnary } from './fold.ts';
import type { Operator } from './operator.ts';

/** max(x, 0). Its output says where the gradient flows, and is kept by what follows anyway. */
export const Relu: Operator = {
  name: 'Relu',
  attributes: {},
  elementwise: true,
  infer: inferSame,
  fold: foldUnary((x) => Math.max(x, 0)),
  keeps: { outputs: [0] },
  vjp: ({ g, O, GO }) => {
    const zero = g.scalar(0, O(0).dtype);
    return [g.where(g.op('Greater', [O(0), zero]), GO(0), zero)];
  },
};

/** x where x > 0, else alpha x. */
export const LeakyRelu: Operator = {
  name: 'LeakyRelu',
  attributes: { alpha: 'float' },
  elementwise: true,
  infer: inferSame,
  keeps: { inputs: [0] },
  vjp: ({ g, I, GO, attributes }) => {
    const positive = g.op('Greater', [I(0), g.scalar(0, I(0).dtype)]);
    return [g.where(positive, GO(0), g.scale(GO(0), numberOf(attributes, 'alpha', 0.01)))];
  },
};
