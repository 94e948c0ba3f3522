// Dropout at inference: the identity.

import { GraphError } from '../graph/error.ts';
import type { OutputType } from '../graph/graph.ts';
import type { Operator } from './operator.ts';

/** x; training is an error, since a graph that is run again for its gradient cannot contain a random mask. */
export const Dropout: Operator = {
  name: 'Dropout',
  arity: [1, 3],
  attributes: { seed: 'int' },
  infer: ({ I, inputs, numbers, outputs }) => {
    if (inputs[2] && numbers(2)[0] !== 0)
      throw new GraphError('attribute', 'only inference is supported (training_mode false)');
    const { dtype, shape } = I(0);
    const types: OutputType[] = [
      { dtype, shape },
      { dtype: 'bool', shape },
    ];
    return types.slice(0, outputs);
  },
  vjp: ({ GO }) => [GO(0)],
};
