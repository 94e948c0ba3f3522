// Piecewise linear functions: Relu and its relatives. At a kink the derivative is that of PyTorch: 0 for Relu at 0.
import { inferSame } from './arithmetic.ts';
import { readNumber } from './attributes.ts';
import { foldUnary } from './fold.ts';
import type { Operator } from './operator.ts';

/** max(x, 0). Its output says where the gradient flows, and is kept by what follows anyway. */
export const Relu: Operator = {
  name: 'Relu',
  arity: [1, 1],
  attributes: {},
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
  arity: [1, 1],
  attributes: { alpha: 'float' },
  infer: inferSame,
  keeps: { inputs: [0] },
  vjp: ({ g, I, GO, attributes }) => {
    const positive = g.op('Greater', [I(0), g.scalar(0, I(0).dtype)]);
    return [g.where(positive, GO(0), g.scale(GO(0), readNumber(attributes, 'alpha', 0.01)))];
  },
};

/** x where x > 0, else slope x; the slope broadcasts to x. */
export const PRelu: Operator = {
  name: 'PRelu',
  arity: [2, 2],
  attributes: {},
  infer: inferSame,
  keeps: { inputs: [0, 1] },
  vjp: ({ g, I, GO, wants }) => {
    const zero = g.scalar(0, I(0).dtype);
    const positive = g.op('Greater', [I(0), zero]);
    return [
      wants(0) ? g.where(positive, GO(0), g.mul(GO(0), I(1))) : undefined,
      wants(1) ? g.sumTo(g.where(positive, zero, g.mul(GO(0), I(0))), I(1).shape) : undefined,
    ];
  },
};

/** x where x > alpha, else 0. */
export const ThresholdedRelu: Operator = {
  name: 'ThresholdedRelu',
  arity: [1, 1],
  attributes: { alpha: 'float' },
  infer: inferSame,
  keeps: { inputs: [0] },
  vjp: ({ g, I, GO, attributes }) => {
    const passes = g.op('Greater', [I(0), g.scalar(readNumber(attributes, 'alpha', 1), I(0).dtype)]);
    return [g.where(passes, GO(0), g.scalar(0, I(0).dtype))];
  },
};
