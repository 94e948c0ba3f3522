// Smooth functions of one value, element by element. Each gradient is GO times a derivative that is written in the
// cheaper of input and output.
import type { Value } from '../graph/graph.ts';
import { inferSame } from './arithmetic.ts';
import { foldUnary } from './fold.ts';
import type { Operator, VjpContext } from './operator.ts';

type Derivative = (context: VjpContext) => Value;

/** An operator whose gradient is GO * derivative; the derivative reads the input or the output. */
export const unary = (
  name: string,
  keeps: 'input' | 'output',
  derivative: Derivative,
  fold?: (x: number) => number,
): Operator => ({
  name,
  arity: [1, 1],
  attributes: {},
  infer: inferSame,
  fold: fold && foldUnary(fold),
  keeps: keeps === 'input' ? { inputs: [0] } : { outputs: [0] },
  vjp: (context) => [context.g.mul(context.GO(0), derivative(context))],
});

/** 1 / x: derivative -y^2. */
export const Reciprocal = unary('Reciprocal', 'output', ({ g, O }) => g.neg(g.mul(O(0), O(0))));

/** sqrt(x): derivative 1 / (2 y). */
export const Sqrt: Operator = {
  ...unary('Sqrt', 'output', ({ O }) => O(0), Math.sqrt),
  vjp: ({ g, O, GO }) => [g.div(g.scale(GO(0), 0.5), O(0))],
};

/** e^x: derivative y. */
export const Exp = unary('Exp', 'output', ({ O }) => O(0));

/** ln x: derivative 1 / x. */
export const Log: Operator = {
  ...unary('Log', 'input', ({ I }) => I(0)),
  vjp: ({ g, I, GO }) => [g.div(GO(0), I(0))],
};

/** |x|: derivative sign x, and 0 at 0. */
export const Abs = unary('Abs', 'input', ({ g, I }) => writeSign(g, I(0)), Math.abs);

/** sin x. */
export const Sin = unary('Sin', 'input', ({ g, I }) => g.op('Cos', [I(0)]));

/** cos x. */
export const Cos = unary('Cos', 'input', ({ g, I }) => g.neg(g.op('Sin', [I(0)])));

/** erf x: derivative 2 / sqrt(pi) e^(-x^2). */
export const Erf = unary('Erf', 'input', ({ g, I }) =>
  g.scale(g.op('Exp', [g.neg(g.mul(I(0), I(0)))]), 2 / Math.sqrt(Math.PI)),
);

/** tanh x: derivative 1 - y^2. */
export const Tanh = unary('Tanh', 'output', ({ g, O }) => g.sub(g.scalar(1, O(0).dtype), g.mul(O(0), O(0))));

/** 1 / (1 + e^-x): derivative y (1 - y). */
export const Sigmoid = unary('Sigmoid', 'output', ({ g, O }) => g.mul(O(0), g.sub(g.scalar(1, O(0).dtype), O(0))));

/** ln(1 + e^x): derivative sigmoid x. */
export const Softplus = unary('Softplus', 'input', ({ g, I }) => g.op('Sigmoid', [I(0)]));

/** Sign of x without the operator Sign, which WebGPU lacks: (x > 0) - (x < 0). */
export function writeSign(g: VjpContext['g'], x: Value): Value {
  const zero = g.scalar(0, x.dtype);
  const positive = g.cast(g.op('Greater', [x, zero]), x.dtype);
  return g.sub(positive, g.cast(g.op('Less', [x, zero]), x.dtype));
}
