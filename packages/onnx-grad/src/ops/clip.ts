// Clip to a range. On an edge the gradient flows: a pixel that is exactly black or white can still be moved inwards.
import type { Value } from '../graph/graph.ts';
import type { Operator } from './operator.ts';

/** min(max(x, low), high); either bound may be missing. Bounds get the gradient of what they cut off. */
export const Clip: Operator = {
  name: 'Clip',
  attributes: {},
  elementwise: true,
  infer: ({ I }) => [{ dtype: I(0).dtype, shape: I(0).shape }],
  keeps: { inputs: 'all' },
  vjp: ({ g, I, GO, node, wants }) => {
    const zero = g.scalar(0, GO(0).dtype);
    const has = (k: number): boolean => node.inputs[k] !== undefined;
    const below = (): Value => g.op('Less', [I(0), I(1)]);
    const above = (): Value => g.op('Greater', [I(0), I(2)]);
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
