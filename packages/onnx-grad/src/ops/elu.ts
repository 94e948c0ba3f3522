// Exponential linear units and their hard or smooth relatives: Elu, Selu, Mish, Softsign, HardSigmoid, HardSwish.
import type { Builder } from '../graph/builder.ts';
import type { Attributes, Value } from '../graph/graph.ts';
import { inferSame } from './arithmetic.ts';
import { readNumber } from './attributes.ts';
import type { AttributeKind, Operator } from './operator.ts';

type Derivative = (g: Builder, x: Value, attributes: Attributes) => Value;

// An operator of one value whose gradient is GO times a derivative written in the input.
const activation = (
  name: string,
  attributes: Readonly<Record<string, AttributeKind>>,
  derivative: Derivative,
): Operator => ({
  name,
  arity: [1, 1],
  attributes,
  infer: inferSame,
  keeps: { inputs: [0] },
  vjp: (context) => [context.g.mul(context.GO(0), derivative(context.g, context.I(0), context.attributes))],
});

// `above` where x > 0, else `scale` e^x. The exponent is never positive, so that nothing overflows.
function exponentialBelow(g: Builder, x: Value, above: number, scale: number): Value {
  const zero = g.scalar(0, x.dtype);
  const below = g.scale(g.op('Exp', [g.op('Min', [x, zero])]), scale);
  return g.where(g.op('Greater', [x, zero]), g.scalar(above, x.dtype), below);
}

/** x where x > 0, else alpha (e^x - 1). */
export const Elu = activation('Elu', { alpha: 'float' }, (g, x, attributes) =>
  exponentialBelow(g, x, 1, readNumber(attributes, 'alpha', 1)),
);

/** gamma times (x where x > 0, else alpha (e^x - 1)). */
export const Selu = activation('Selu', { alpha: 'float', gamma: 'float' }, (g, x, attributes) => {
  const gamma = readNumber(attributes, 'gamma', 1.0507010221481323);
  return exponentialBelow(g, x, gamma, gamma * readNumber(attributes, 'alpha', 1.6732632423543772));
});

/** x t with t = tanh(softplus x): derivative t + x sigmoid(x) (1 - t^2). */
export const Mish = activation('Mish', {}, (g, x) => {
  const t = g.op('Tanh', [g.op('Softplus', [x])]);
  const slope = g.mul(g.op('Sigmoid', [x]), g.sub(g.scalar(1, x.dtype), g.mul(t, t)));
  return g.add(t, g.mul(x, slope));
});

/** x / (1 + |x|): derivative 1 / (1 + |x|)^2. */
export const Softsign = activation('Softsign', {}, (g, x) => {
  const inverse = g.op('Reciprocal', [g.shift(g.op('Abs', [x]), 1)]);
  return g.mul(inverse, inverse);
});

// 1 where |alpha x + beta - 1/2| < 1/2, else 0.
function onSlope(g: Builder, x: Value, alpha: number, beta: number): Value {
  const line = g.shift(g.scale(x, alpha), beta - 0.5);
  return g.cast(g.op('Less', [g.op('Abs', [line]), g.scalar(0.5, x.dtype)]), x.dtype);
}

/** alpha x + beta, clipped to [0, 1]. */
export const HardSigmoid = activation('HardSigmoid', { alpha: 'float', beta: 'float' }, (g, x, attributes) => {
  const alpha = readNumber(attributes, 'alpha', 0.2);
  return g.scale(onSlope(g, x, alpha, readNumber(attributes, 'beta', 0.5)), alpha);
});

/** x times (x / 6 + 1/2, clipped to [0, 1]). */
export const HardSwish = activation('HardSwish', {}, (g, x) => {
  const beyond = g.cast(g.op('GreaterOrEqual', [x, g.scalar(3, x.dtype)]), x.dtype);
  return g.add(beyond, g.mul(onSlope(g, x, 1 / 6, 0.5), g.shift(g.scale(x, 1 / 3), 0.5)));
});
