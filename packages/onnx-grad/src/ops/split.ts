// Split: the transpose of Concat.
import { GraphError } from '../graph/error.ts';
import { normalizeAxis } from '../graph/shape.ts';
import { readNumber } from './attributes.ts';
import type { InferContext, Operator } from './operator.ts';

/** Sizes of the parts on the axis: given as input 1, or as equal as `num_outputs` allows (the last may be smaller). */
export function splitSizes({
  inputs,
  I,
  numbers,
  attributes,
  outputs,
}: Pick<InferContext, 'inputs' | 'I' | 'numbers' | 'attributes' | 'outputs'>): { axis: number; sizes: number[] } {
  const { shape } = I(0);
  const axis = normalizeAxis(readNumber(attributes, 'axis', 0), shape.length);
  const whole = shape[axis]!;
  const parts = readNumber(attributes, 'num_outputs', outputs);
  const each = Math.ceil(whole / parts);
  const sizes = inputs[1]
    ? numbers(1)
    : Array.from({ length: parts }, (_, k) => Math.max(0, Math.min(each, whole - k * each)));
  if (sizes.length !== outputs || sizes.reduce((a, b) => a + b, 0) !== whole || sizes.some((n) => n < 0))
    throw new GraphError('shape', `parts of [${sizes}] for ${outputs} outputs of an axis of ${whole}`);
  return { axis, sizes };
}

/** A tensor in parts along an axis. */
export const Split: Operator = {
  name: 'Split',
  arity: [1, 2],
  attributes: { axis: 'int', num_outputs: 'int' },
  infer: (context) => {
    const { shape, dtype } = context.I(0);
    const { axis, sizes } = splitSizes(context);
    return sizes.map((size) => ({ dtype, shape: shape.map((n, i) => (i === axis ? size : n)) }));
  },
  vjp: ({ g, I, GO, hasGO, node, attributes, numbers }) => {
    const { axis, sizes } = splitSizes({ inputs: node.inputs, I, numbers, attributes, outputs: node.outputs.length });
    const used = sizes.flatMap((_, k) => (hasGO(k) ? [k] : []));
    if (used.length > 1)
      return [
        g.concat(
          sizes.map((_, k) => GO(k)),
          axis,
        ),
      ];
    // One part only: zeros around it.
    const k = used[0]!;
    const sum = (some: readonly number[]): number => some.reduce((a, b) => a + b, 0);
    const at = (n: number): number[] => I(0).shape.map((_, i) => (i === axis ? n : 0));
    return [g.pad(GO(k), at(sum(sizes.slice(0, k))), at(sum(sizes.slice(k + 1))))];
  },
};
