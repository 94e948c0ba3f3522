// Max and Min of any number of broadcast operands. Equal operands share the gradient equally, as in PyTorch.
import type { Value } from '../graph/graph.ts';
import { inferBroadcast } from './arithmetic.ts';
import { broadcastTo, makeTensor } from './fold.ts';
import type { Operator } from './operator.ts';

const extreme = (name: string, pick: (...numbers: number[]) => number): Operator => ({
  name,
  arity: [1, Number.POSITIVE_INFINITY],
  attributes: {},
  infer: inferBroadcast,
  fold: (inputs, _, output) => {
    const all = inputs.map((t) => broadcastTo(t!, output.shape));
    return makeTensor(
      output,
      all[0]!.map((_, i) => pick(...all.map((numbers) => numbers[i]!))),
    );
  },
  keeps: { inputs: 'all', outputs: [0] },
  vjp: ({ g, I, O, GO, node, wants }) => {
    const reached = node.inputs.map((_, k) => g.cast(g.op('Equal', [I(k), O(0)]), O(0).dtype));
    const share = g.div(GO(0), reached.reduce(g.add));
    return reached.map((mask: Value, k) => (wants(k) ? g.sumTo(g.mul(share, mask), I(k).shape) : undefined));
  },
});

/** The largest operand, element by element. */
export const Max = extreme('Max', Math.max);
/** The smallest operand, element by element. */
export const Min = extreme('Min', Math.min);
