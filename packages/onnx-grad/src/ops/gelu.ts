// Gaussian error linear units: Gelu (exact or by tanh) and ONNX Runtime's QuickGelu. Their gradients depend only on the
// input and use operators that every device has.
import type { Builder } from '../graph/builder.ts';
import { GraphError } from '../graph/error.ts';
import type { Value } from '../graph/graph.ts';
import { inferSame } from './arithmetic.ts';
import { readNumber, readString } from './attributes.ts';
import type { Operator } from './operator.ts';

// x Phi(x) with the normal distribution Phi: derivative Phi(x) + x phi(x).
function exactDerivative(g: Builder, x: Value): Value {
  const cumulative = g.shift(g.scale(g.op('Erf', [g.scale(x, Math.SQRT1_2)]), 0.5), 0.5);
  const density = g.scale(g.op('Exp', [g.scale(g.mul(x, x), -0.5)]), 1 / Math.sqrt(2 * Math.PI));
  return g.add(cumulative, g.mul(x, density));
}

// x (1 + t) / 2 with t = tanh(c (x + 0.044715 x^3)).
function tanhDerivative(g: Builder, x: Value): Value {
  const [c, cubic] = [Math.sqrt(2 / Math.PI), 0.044715];
  const square = g.mul(x, x);
  const t = g.op('Tanh', [g.mul(g.scale(x, c), g.shift(g.scale(square, cubic), 1))]);
  const slope = g.mul(g.sub(g.scalar(1, x.dtype), g.mul(t, t)), g.shift(g.scale(square, 3 * c * cubic), c));
  return g.scale(g.add(g.shift(t, 1), g.mul(x, slope)), 0.5);
}

/** x times the normal distribution's cumulative function of x; `approximate` 'tanh' takes its usual approximation. */
export const Gelu: Operator = {
  name: 'Gelu',
  arity: [1, 1],
  attributes: { approximate: 'string' },
  infer: ({ I, attributes }) => {
    const approximate = readString(attributes, 'approximate', 'none');
    if (approximate !== 'none' && approximate !== 'tanh')
      throw new GraphError('attribute', `approximate must be none or tanh, not ${approximate}`);
    return [{ dtype: I(0).dtype, shape: I(0).shape }];
  },
  keeps: { inputs: [0] },
  vjp: ({ g, I, GO, attributes }) => {
    const tanh = readString(attributes, 'approximate', 'none') === 'tanh';
    return [g.mul(GO(0), tanh ? tanhDerivative(g, I(0)) : exactDerivative(g, I(0)))];
  },
};

/** x sigmoid(alpha x), of ONNX Runtime: derivative s (1 + alpha x (1 - s)). alpha 1 is SiLU. */
export const QuickGelu: Operator = {
  name: 'QuickGelu',
  arity: [1, 1],
  domain: 'com.microsoft',
  attributes: { alpha: 'float' },
  infer: inferSame,
  keeps: { inputs: [0] },
  vjp: ({ g, I, GO, attributes }) => {
    const scaled = g.scale(I(0), readNumber(attributes, 'alpha', 1.702));
    const s = g.op('Sigmoid', [scaled]);
    const slope = g.shift(g.mul(scaled, g.sub(g.scalar(1, s.dtype), s)), 1);
    return [g.mul(GO(0), g.mul(s, slope))];
  },
};
