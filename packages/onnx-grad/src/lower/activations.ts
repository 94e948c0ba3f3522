// Activations in terms of simpler ones.

import { normalizeAxis } from '../graph/shape.ts';
import { readNumber } from '../ops/attributes.ts';
import type { Rewrite } from './rewrite.ts';

/** x - max - log of the sum of exponentials. */
export const logSoftmax: Rewrite = ({ g, I, attributes }) => {
  const axis = normalizeAxis(readNumber(attributes, 'axis', -1), I(0).shape.length);
  const shifted = g.sub(I(0), g.reduce('ReduceMax', I(0), [axis]));
  return [g.sub(shifted, g.op('Log', [g.sum(g.op('Exp', [shifted]), [axis])]))];
};

/** gamma (max(x, 0) + alpha (e^min(x, 0) - 1)). */
export const selu: Rewrite = ({ g, I, attributes }) => {
  const zero = g.scalar(0, I(0).dtype);
  const below = g.shift(g.op('Exp', [g.op('Min', [I(0), zero])]), -1);
  const sum = g.add(g.op('Max', [I(0), zero]), g.scale(below, readNumber(attributes, 'alpha', 1.6732632423543772)));
  return [g.scale(sum, readNumber(attributes, 'gamma', 1.0507010221481323))];
};

/** x / (1 + |x|). */
export const softsign: Rewrite = ({ g, I }) => [g.div(I(0), g.shift(g.op('Abs', [I(0)]), 1))];
