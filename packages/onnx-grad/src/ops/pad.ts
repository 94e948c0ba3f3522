// Pad with a constant: the cotangent loses what was padded on, and gets zeros where a negative pad cropped.
import { GraphError } from '../graph/error.ts';
import { normalizeAxis } from '../graph/shape.ts';
import { stringOf } from './attributes.ts';
import type { InferContext, Operator } from './operator.ts';

/** Elements added before and after each axis; negative where cropped. */
export function padsOf({ inputs, I, numbers }: Pick<InferContext, 'inputs' | 'I' | 'numbers'>): {
  before: number[];
  after: number[];
} {
  const rank = I(0).shape.length;
  const pads = numbers(1);
  const axes = inputs[3] ? numbers(3).map((a) => normalizeAxis(a, rank)) : Array.from({ length: rank }, (_, i) => i);
  if (pads.length !== 2 * axes.length) throw new GraphError('shape', `${pads.length} pads for ${axes.length} axes`);
  const before = new Array<number>(rank).fill(0);
  const after = new Array<number>(rank).fill(0);
  axes.forEach((axis, i) => {
    before[axis] = pads[i]!;
    after[axis] = pads[axes.length + i]!;
  });
  return { before, after };
}

/** x with elements before and after each axis. */
export const Pad: Operator = {
  name: 'Pad',
  attributes: { mode: 'string' },
  infer: (context) => {
    const { before, after } = padsOf(context);
    const { dtype, shape } = context.I(0);
    return [{ dtype, shape: shape.map((n, i) => n + before[i]! + after[i]!) }];
  },
  vjp: ({ g, I, node, numbers, GO, attributes }) => {
    const mode = stringOf(attributes, 'mode', 'constant');
    if (mode !== 'constant')
      throw new GraphError('no-gradient', `Pad (node ${node.name}) in mode ${mode} has no gradient rule`);
    const { before, after } = padsOf({ inputs: node.inputs, I, numbers });
    return [
      g.pad(
        GO(0),
        before.map((n) => -n),
        after.map((n) => -n),
      ),
    ];
  },
};
