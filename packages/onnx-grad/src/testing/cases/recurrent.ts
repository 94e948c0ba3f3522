// Recurrent networks in both directions, with and without biases, first states and lengths.
import type { Attributes, Value } from '../../graph/graph.ts';
import type { GradientCase, Random } from '../case.ts';
import { Draft, int, pick } from '../case.ts';

const recurrent = (op: string, gates: number, more: (random: Random) => Attributes): GradientCase => ({
  name: op,
  operators: [op],
  float32: true,
  build(random) {
    const draft = new Draft(random);
    const direction = pick(random, ['forward', 'reverse', 'bidirectional']);
    const directions = direction === 'bidirectional' ? 2 : 1;
    const [steps, n, width, hidden] = [int(random, 1, 4), int(random, 1, 3), int(random, 1, 3), int(random, 1, 3)];
    const state = (name: string): Value => draft.uniform(name, [directions, n, hidden], -1, 1);
    const inputs: (Value | undefined)[] = [
      draft.uniform('x', [steps, n, width]),
      draft.uniform('w', [directions, gates * hidden, width], -1, 1),
      draft.uniform('r', [directions, gates * hidden, hidden], -1, 1),
      random() < 0.7 ? draft.uniform('b', [directions, 2 * gates * hidden], -1, 1) : undefined,
      random() < 0.4 ? lengths(draft, n, steps) : undefined,
      random() < 0.7 ? state('h') : undefined,
      ...(op === 'LSTM'
        ? [state('c'), random() < 0.5 ? draft.uniform('p', [directions, 3 * hidden], -1, 1) : undefined]
        : []),
    ];
    const attributes = { direction, hidden_size: hidden, ...more(random) };
    return draft.done(...draft.g.ops(op, inputs, attributes, op === 'LSTM' ? 3 : 2));
  },
});

const lengths = (draft: Draft, n: number, most: number): Value => {
  const data = Int32Array.from({ length: n }, () => int(draft.random, 1, most));
  return draft.g.constant({ dtype: 'int32', shape: [n], data });
};

/** Cases of recurrent networks. */
export const RECURRENT_CASES: readonly GradientCase[] = [
  recurrent('RNN', 1, () => ({})),
  recurrent('GRU', 3, (random) => ({ linear_before_reset: int(random, 0, 1) })),
  recurrent('LSTM', 4, () => ({})),
];
