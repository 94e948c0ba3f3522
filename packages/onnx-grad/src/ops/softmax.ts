// Softmax and LogSoftmax over one axis.
import { normalizeAxis } from '../graph/shape.ts';
import { inferSame } from './arithmetic.ts';
import { readNumber } from './attributes.ts';
import type { Operator, VjpContext } from './operator.ts';

const readAxis = ({ I, attributes }: VjpContext): number =>
  normalizeAxis(readNumber(attributes, 'axis', -1), I(0).shape.length);

/** e^x / sum e^x: the gradient is y (GO - sum(GO y)). */
export const Softmax: Operator = {
  name: 'Softmax',
  arity: [1, 1],
  attributes: { axis: 'int' },
  infer: inferSame,
  keeps: { outputs: [0] },
  vjp: (context) => {
    const { g, O, GO } = context;
    const weighted = g.mul(GO(0), O(0));
    return [g.sub(weighted, g.mul(O(0), g.sum(weighted, [readAxis(context)])))];
  },
};

/** x - log sum e^x: the gradient is GO - e^y sum(GO). */
export const LogSoftmax: Operator = {
  name: 'LogSoftmax',
  arity: [1, 1],
  attributes: { axis: 'int' },
  infer: inferSame,
  keeps: { outputs: [0] },
  vjp: (context) => {
    const { g, O, GO } = context;
    return [g.sub(GO(0), g.mul(g.op('Exp', [O(0)]), g.sum(GO(0), [readAxis(context)])))];
  },
};
