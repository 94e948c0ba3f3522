// Sum and Mean of several values as a chain of additions.
import type { Value } from '../graph/graph.ts';
import type { NodeContext } from '../graph/map.ts';
import type { Rewrite } from './rewrite.ts';

const added = ({ g, inputs }: NodeContext): Value => {
  const [first, ...others] = inputs as readonly Value[];
  return others.reduce((sum, value) => g.add(sum, value), first!);
};

/** a + b + ... */
export const sumOfMany: Rewrite = (context) => [
  context.inputs.length === 1 ? context.g.op('Identity', [context.I(0)]) : added(context),
];

/** (a + b + ...) / n */
export const meanOfMany: Rewrite = (context) => [
  context.inputs.length === 1
    ? context.g.op('Identity', [context.I(0)])
    : context.g.scale(added(context), 1 / context.inputs.length),
];
