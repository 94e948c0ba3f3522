// Sum and Mean of any number of broadcast operands.
import { inferBroadcast } from './arithmetic.ts';
import type { Operator } from './operator.ts';

const average = (name: string, weight: (count: number) => number): Operator => ({
  name,
  arity: [1, Number.POSITIVE_INFINITY],
  attributes: {},
  infer: inferBroadcast,
  vjp: ({ g, I, GO, node, wants }) => {
    const cotangent = g.scale(GO(0), weight(node.inputs.length));
    return node.inputs.map((_, k) => (wants(k) ? g.sumTo(cotangent, I(k).shape) : undefined));
  },
});

/** Sum of the operands. */
export const Sum = average('Sum', () => 1);
/** Mean of the operands. */
export const Mean = average('Mean', (count) => 1 / count);
