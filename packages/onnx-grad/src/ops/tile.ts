// Tile: the gradient sums over the copies.
import { GraphError } from '../graph/error.ts';
import type { Operator } from './operator.ts';

/** x repeated along each axis, as often as input 1 says. */
export const Tile: Operator = {
  name: 'Tile',
  arity: [2, 2],
  attributes: {},
  infer: ({ I, numbers }) => {
    const { shape, dtype } = I(0);
    const repeats = numbers(1);
    if (repeats.length !== shape.length)
      throw new GraphError('shape', `${repeats.length} repeats for ${shape.length} axes`);
    return [{ dtype, shape: shape.map((n, i) => n * repeats[i]!) }];
  },
  vjp: ({ g, I, GO, numbers }) => {
    const { shape } = I(0);
    const repeats = numbers(1);
    const copies = g.reshape(
      GO(0),
      shape.flatMap((n, i) => [repeats[i]!, n]),
    );
    const axes = repeats.flatMap((r, i) => (r === 1 ? [] : [2 * i]));
    return [g.reshape(axes.length > 0 ? g.sum(copies, axes) : copies, shape)];
  },
};
