// Add, Sub, Mul, Div, Pow and Neg, with broadcasting: the cotangent of a broadcast operand is summed over the axes
// along which it was repeated.
import type { Builder } from '../graph/builder.ts';
import { toNumbers } from '../graph/dtype.ts';
import { GraphError } from '../graph/error.ts';
import type { OutputType, Value } from '../graph/graph.ts';
import { broadcastShapes } from '../graph/shape.ts';
import { foldBinary, foldUnary } from './fold.ts';
import type { InferContext, Operator } from './operator.ts';

/** Shape rule of operators that broadcast inputs of one dtype. */
export function inferBroadcast({ inputs, I }: InferContext): readonly OutputType[] {
  const dtype = I(0).dtype;
  const values = inputs.filter((v): v is Value => v !== undefined);
  for (const value of values)
    if (value.dtype !== dtype) throw new GraphError('dtype', `operands are ${dtype} and ${value.dtype}`);
  return [{ dtype, shape: broadcastShapes(...values.map((v) => v.shape)) }];
}

/** Shape rule of operators whose output is like their first input. */
export const inferSame = ({ I }: InferContext): readonly OutputType[] => [{ dtype: I(0).dtype, shape: I(0).shape }];

/** a + b. */
export const Add: Operator = {
  name: 'Add',
  arity: [2, 2],
  attributes: {},
  infer: inferBroadcast,
  fold: foldBinary((a, b) => a + b),
  vjp: ({ g, I, GO, wants }) => [
    wants(0) ? g.sumTo(GO(0), I(0).shape) : undefined,
    wants(1) ? g.sumTo(GO(0), I(1).shape) : undefined,
  ],
};

/** a - b. */
export const Sub: Operator = {
  name: 'Sub',
  arity: [2, 2],
  attributes: {},
  infer: inferBroadcast,
  fold: foldBinary((a, b) => a - b),
  vjp: ({ g, I, GO, wants }) => [
    wants(0) ? g.sumTo(GO(0), I(0).shape) : undefined,
    wants(1) ? g.neg(g.sumTo(GO(0), I(1).shape)) : undefined,
  ],
};

/** a * b. */
export const Mul: Operator = {
  name: 'Mul',
  arity: [2, 2],
  attributes: {},
  infer: inferBroadcast,
  fold: foldBinary((a, b) => a * b),
  keeps: { inputs: [0, 1] },
  vjp: ({ g, I, GO, wants }) => [
    wants(0) ? g.sumTo(g.mul(GO(0), I(1)), I(0).shape) : undefined,
    wants(1) ? g.sumTo(g.mul(GO(0), I(0)), I(1).shape) : undefined,
  ],
};

/** a / b: the gradient by b is -(g / b)(a / b). */
export const Div: Operator = {
  name: 'Div',
  arity: [2, 2],
  attributes: {},
  infer: inferBroadcast,
  fold: foldBinary((a, b) => a / b),
  keeps: { inputs: [1], outputs: [0] },
  vjp: ({ g, I, O, GO, wants }) => {
    const quotient = g.div(GO(0), I(1));
    return [
      wants(0) ? g.sumTo(quotient, I(0).shape) : undefined,
      wants(1) ? g.neg(g.sumTo(g.mul(quotient, O(0)), I(1).shape)) : undefined,
    ];
  },
};

/** a ** b. The gradient by b uses log a where a > 0, and is 0 elsewhere. */
export const Pow: Operator = {
  name: 'Pow',
  arity: [2, 2],
  attributes: {},
  infer: ({ I }) => [{ dtype: I(0).dtype, shape: broadcastShapes(I(0).shape, I(1).shape) }],
  keeps: { inputs: [0, 1], outputs: [0] },
  vjp: ({ g, I, O, GO, wants }) => {
    const [a, b] = [I(0), I(1)];
    const byBase = (): Value => g.mul(GO(0), powerSlope(g, a, b));
    const byExponent = (): Value => {
      const positive = g.op('Greater', [a, g.scalar(0, a.dtype)]);
      const safe = g.where(positive, a, g.scalar(1, a.dtype));
      return g.mul(GO(0), g.mul(O(0), g.op('Log', [safe])));
    };
    return [wants(0) ? g.sumTo(byBase(), a.shape) : undefined, wants(1) ? g.sumTo(byExponent(), b.shape) : undefined];
  },
};

// b a^(b - 1), and 0 where b is 0, also at a = 0. Constant exponents 1 and 2 need no power.
function powerSlope(g: Builder, a: Value, b: Value): Value {
  const constant = g.findConstant(b);
  if (constant?.data.length === 1) {
    const exponent = toNumbers(constant.dtype, constant.data)[0]!;
    if (exponent === 0 || exponent === 1) return g.scalar(exponent, a.dtype);
    if (exponent === 2) return g.scale(a, 2);
    return g.scale(g.op('Pow', [a, g.scalar(exponent - 1, a.dtype)]), exponent);
  }
  const exponent = g.cast(b, a.dtype);
  const zero = g.scalar(0, a.dtype);
  const slope = g.mul(exponent, g.op('Pow', [a, g.shift(exponent, -1)]));
  return g.where(g.op('Equal', [exponent, zero]), zero, slope);
}

/** -x. */
export const Neg: Operator = {
  name: 'Neg',
  arity: [1, 1],
  attributes: {},
  infer: inferSame,
  fold: foldUnary((x) => -x),
  vjp: ({ g, GO }) => [g.neg(GO(0))],
};
