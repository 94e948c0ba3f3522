// CumSum: its gradient is the cumulative sum in the other direction.
import { normalizeAxis } from '../graph/shape.ts';
import { readNumber } from './attributes.ts';
import type { Operator } from './operator.ts';

/** Running sum along the axis that input 1 names; `exclusive` leaves out the element itself. */
export const CumSum: Operator = {
  name: 'CumSum',
  arity: [2, 2],
  attributes: { exclusive: 'int', reverse: 'int' },
  infer: ({ I, numbers }) => {
    normalizeAxis(numbers(1)[0]!, I(0).shape.length);
    return [{ dtype: I(0).dtype, shape: I(0).shape }];
  },
  vjp: ({ g, I, GO, attributes, numbers }) => {
    const axis = normalizeAxis(numbers(1)[0]!, I(0).shape.length);
    const [exclusive, reverse] = [readNumber(attributes, 'exclusive', 0), readNumber(attributes, 'reverse', 0)];
    return [g.op('CumSum', [GO(0), g.scalar(axis, 'int64')], { exclusive, reverse: 1 - reverse })];
  },
};
