// Floor, Ceil, Round and Sign are step functions, so their gradients are zero. For a gradient through rounding use
// roundStraightThrough.
import type { Builder } from '../graph/builder.ts';
import type { Value } from '../graph/graph.ts';
import { broadcastShapes } from '../graph/shape.ts';
import { inferSame } from './arithmetic.ts';
import { readNumber } from './attributes.ts';
import { broadcastTo, foldUnary, makeTensor } from './fold.ts';
import type { Operator } from './operator.ts';

const step = (name: string, f: (x: number) => number): Operator => ({
  name,
  arity: [1, 1],
  attributes: {},
  infer: inferSame,
  fold: foldUnary(f),
  vjp: 'zero',
});

// Halves go to the even neighbour, as in ONNX, NumPy and PyTorch.
const roundHalfEven = (x: number): number => {
  const down = Math.floor(x);
  if (x - down !== 0.5) return Math.round(x);
  return down % 2 === 0 ? down : down + 1;
};

/** The largest whole number not above x. */
export const Floor = step('Floor', Math.floor);
/** The smallest whole number not below x. */
export const Ceil = step('Ceil', Math.ceil);
/** The nearest whole number; halves to the even one. */
export const Round = step('Round', roundHalfEven);
/** -1, 0 or 1. */
export const Sign = step('Sign', Math.sign);

/**
 * Remainder of a / b, with b's sign, or a's with `fmod` (which floats need). Gradient: that of a - b q, where the whole
 * quotient q is a step function.
 */
export const Mod: Operator = {
  name: 'Mod',
  arity: [2, 2],
  attributes: { fmod: 'int' },
  infer: ({ I }) => [{ dtype: I(0).dtype, shape: broadcastShapes(I(0).shape, I(1).shape) }],
  fold: ([a, b], attributes, output) => {
    const [xs, ys] = [broadcastTo(a!, output.shape), broadcastTo(b!, output.shape)];
    const like = readNumber(attributes, 'fmod', 0) === 1;
    const remainder = (x: number, y: number): number => (like ? x % y : x - y * Math.floor(x / y));
    return makeTensor(
      output,
      xs.map((x, i) => remainder(x, ys[i]!)),
    );
  },
  keeps: { inputs: [0, 1], outputs: [0] },
  vjp: ({ g, I, O, GO, wants }) => {
    const quotient = (): Value => stopGradient(g, g.div(g.sub(I(0), O(0)), I(1)));
    return [
      wants(0) ? g.sumTo(GO(0), I(0).shape) : undefined,
      wants(1) ? g.neg(g.sumTo(g.mul(GO(0), quotient()), I(1).shape)) : undefined,
    ];
  },
};

/** x, without a gradient. It exists only while a graph is differentiated: in ONNX files it is Identity. */
export const StopGradient: Operator = {
  name: 'StopGradient',
  arity: [1, 1],
  domain: 'onnx-grad',
  attributes: {},
  infer: inferSame,
  expand: ({ g, I }) => [g.op('Identity', [I(0)])],
  fold: ([x]) => x!,
  vjp: 'zero',
};

/** x, treated as a constant by differentiation. */
export const stopGradient = (g: Builder, x: Value): Value => g.op('onnx-grad::StopGradient', [x]);

/**
 * Rounds x to whole numbers, with the gradient of x itself: the straight-through estimator (Bengio, Leonard and
 * Courville 2013). It is x + stopGradient(round(x) - x); the result may differ from round(x) in the last bit.
 */
export const roundStraightThrough = (g: Builder, x: Value): Value =>
  g.add(x, stopGradient(g, g.sub(g.op('Round', [x]), x)));
