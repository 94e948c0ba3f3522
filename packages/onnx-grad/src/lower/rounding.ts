// Steps and remainders in terms of Floor and comparisons.
import type { Builder } from '../graph/builder.ts';
import { isFloat } from '../graph/dtype.ts';
import type { Value } from '../graph/graph.ts';
import { readNumber } from '../ops/attributes.ts';
import type { Rewrite } from './rewrite.ts';

/** [x > 0] - [x < 0]. */
export const sign: Rewrite = ({ g, I }) => {
  if (!isFloat(I(0).dtype)) return undefined;
  const zero = g.scalar(0, I(0).dtype);
  const is = (comparison: string): Value => g.cast(g.op(comparison, [I(0), zero]), I(0).dtype);
  return [g.sub(is('Greater'), is('Less'))];
};

/** The nearest whole number, halves to the even one: x - floor(x) is exact, so halves are seen exactly. */
export const round: Rewrite = ({ g, I }) => {
  const down = g.op('Floor', [I(0)]);
  const part = g.sub(I(0), down);
  const odd = g.sub(down, g.scale(g.op('Floor', [g.scale(down, 0.5)]), 2));
  const half = g.scalar(0.5, I(0).dtype);
  const above = g.scalar(1, I(0).dtype);
  const below = g.scalar(0, I(0).dtype);
  const up = g.where(g.op('Greater', [part, half]), above, g.where(g.op('Less', [part, half]), below, odd));
  return [g.add(down, up)];
};

/** The remainder with a's sign (fmod). The quotient may round to the next whole number: the result is put back in range. */
export const floatMod: Rewrite = ({ g, I, attributes }) => {
  if (readNumber(attributes, 'fmod', 0) !== 1 || !isFloat(I(0).dtype)) return undefined;
  const [a, b] = [g.op('Abs', [I(0)]), g.op('Abs', [I(1)])];
  const zero = g.scalar(0, a.dtype);
  const rest = g.sub(a, g.mul(b, g.op('Floor', [g.div(a, b)])));
  const inRange = wrap(g, rest, b, zero);
  return [g.where(g.op('Less', [I(0), zero]), g.neg(inRange), inRange)];
};

function wrap(g: Builder, rest: Value, b: Value, zero: Value): Value {
  const notBelow = g.where(g.op('Less', [rest, zero]), g.add(rest, b), rest);
  return g.where(g.op('GreaterOrEqual', [notBelow, b]), g.sub(notBelow, b), notBelow);
}
