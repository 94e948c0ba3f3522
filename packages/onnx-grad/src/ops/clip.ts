// Clip to a range. At a bound the gradient flows: a pixel that is exactly black or white can still be moved inwards. If
// the bounds are crossed (low > high), the result is always high, and the gradient follows it.
import type { Builder } from '../graph/builder.ts';
import { toNumbers } from '../graph/dtype.ts';
import type { Value } from '../graph/graph.ts';
import type { Operator } from './operator.ts';

/** min(max(x, low), high); either bound may be missing. Bounds get the gradient of the values that they replace. */
export const Clip: Operator = {
  name: 'Clip',
  arity: [1, 3],
  attributes: {},
  infer: ({ I }) => [{ dtype: I(0).dtype, shape: I(0).shape }],
  keeps: { inputs: 'all' },
  vjp: ({ g, I, GO, node, wants }) => {
    const zero = g.scalar(0, GO(0).dtype);
    const has = (k: number): boolean => node.inputs[k] !== undefined;
    const isCrossed = has(1) && has(2) && mayCross(g, I(1), I(2));
    const crossed = (): Value => g.op('Greater', [I(1), I(2)]);
    const below = (): Value => {
      const less = g.op('Less', [I(0), I(1)]);
      return isCrossed ? g.op('And', [less, g.op('Not', [crossed()])]) : less;
    };
    const above = (): Value => {
      const greater = g.op('Greater', [I(0), I(2)]);
      return isCrossed ? g.op('Or', [greater, crossed()]) : greater;
    };
    const inside = (): Value => {
      const fromLow = has(1) ? g.where(below(), zero, GO(0)) : GO(0);
      return has(2) ? g.where(above(), zero, fromLow) : fromLow;
    };
    return [
      wants(0) ? inside() : undefined,
      wants(1) ? g.sumTo(g.where(below(), GO(0), zero), I(1).shape) : undefined,
      wants(2) ? g.sumTo(g.where(above(), GO(0), zero), I(2).shape) : undefined,
    ];
  },
};

// Known bounds in the right order need no comparison in the graph.
function mayCross(g: Builder, low: Value, high: Value): boolean {
  const [least, most] = [g.findConstant(low), g.findConstant(high)].map((t) => t && toNumbers(t.dtype, t.data)[0]);
  return least === undefined || most === undefined || least > most;
}
