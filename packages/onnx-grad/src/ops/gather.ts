// Gather, GatherElements and GatherND. An index that occurs twice adds up: the gradients scatter with reduction 'add'.
// Indices are not changed (not even negative ones), so that no integer arithmetic is needed.
import type { Builder } from '../graph/builder.ts';
import { fromNumbers, toNumbers } from '../graph/dtype.ts';
import { GraphError } from '../graph/error.ts';
import type { Value } from '../graph/graph.ts';
import type { Shape } from '../graph/shape.ts';
import { computeStrides, normalizeAxis, sameShape, sizeOf } from '../graph/shape.ts';
import { readNumber } from './attributes.ts';
import { makeTensor } from './fold.ts';
import type { Operator } from './operator.ts';

/** Slices of x along an axis, in the order of the indices. */
export const Gather: Operator = {
  name: 'Gather',
  arity: [2, 2],
  attributes: { axis: 'int' },
  infer: ({ I, attributes }) => {
    const { shape, dtype } = I(0);
    const axis = normalizeAxis(readNumber(attributes, 'axis', 0), shape.length);
    return [{ dtype, shape: [...shape.slice(0, axis), ...I(1).shape, ...shape.slice(axis + 1)] }];
  },
  fold: ([x, indices], attributes, output) => {
    const axis = normalizeAxis(readNumber(attributes, 'axis', 0), x!.shape.length);
    const [size, inner] = [x!.shape[axis]!, computeStrides(x!.shape)[axis]!];
    const numbers = toNumbers(x!.dtype, x!.data);
    const picks = toNumbers(indices!.dtype, indices!.data).map((i) => (i < 0 ? i + size : i));
    const blocks = Array.from({ length: numbers.length / (size * inner) }, (_, outer) =>
      picks.flatMap((i) => numbers.slice((outer * size + i) * inner, (outer * size + i + 1) * inner)),
    );
    return makeTensor(output, blocks.flat());
  },
  keeps: { inputs: [1] },
  vjp: ({ g, I, GO, wants, attributes }) => {
    if (!wants(0)) return [];
    const { shape } = I(0);
    const axis = normalizeAxis(readNumber(attributes, 'axis', 0), shape.length);
    return [gatherGradient(g, GO(0), I(1), shape, axis)];
  },
};

// ScatterND works on leading axes: the gathered ones are moved to the front and back.
function gatherGradient(g: Builder, cotangent: Value, indices: Value, shape: Shape, axis: number): Value {
  const picked = indices.shape.map((_, i) => axis + i);
  const others = cotangent.shape.map((_, i) => i).filter((i) => !picked.includes(i));
  const front = g.transpose(cotangent, [...picked, ...others]);
  const rest = shape.filter((_, i) => i !== axis);
  const zeros = g.zeros(cotangent.dtype, [shape[axis]!, ...rest]);
  const rows = g.reshape(int64(g, indices), [...indices.shape, 1]);
  const summed = g.op('ScatterND', [zeros, rows, front], { reduction: 'add' });
  return g.transpose(
    summed,
    shape.map((_, i) => (i < axis ? i + 1 : i === axis ? 0 : i)),
  );
}

// ScatterND and GatherND take int64 only.
const int64 = (g: Builder, indices: Value): Value => g.cast(indices, 'int64');

/** y[.., i, ..] = x[.., indices[.., i, ..], ..] on an axis; indices have as many axes as x. */
export const GatherElements: Operator = {
  name: 'GatherElements',
  arity: [2, 2],
  attributes: { axis: 'int' },
  infer: ({ I, attributes }) => {
    const { shape, dtype } = I(0);
    const axis = normalizeAxis(readNumber(attributes, 'axis', 0), shape.length);
    if (I(1).shape.length !== shape.length || I(1).shape.some((n, i) => i !== axis && n > shape[i]!))
      throw new GraphError('shape', `indices [${I(1).shape}] do not fit [${shape}]`);
    return [{ dtype, shape: I(1).shape }];
  },
  keeps: { inputs: [1] },
  vjp: ({ g, I, GO, wants, attributes }) => {
    if (!wants(0)) return [];
    const axis = normalizeAxis(readNumber(attributes, 'axis', 0), I(0).shape.length);
    const zeros = g.zeros(GO(0).dtype, I(0).shape);
    return [g.op('ScatterElements', [zeros, I(1), GO(0)], { axis, reduction: 'add' })];
  },
};

/** Slices of x at index tuples: the last axis of the indices [..., d] counts along the first d axes of x. */
export const GatherND: Operator = {
  name: 'GatherND',
  arity: [2, 2],
  attributes: { batch_dims: 'int' },
  infer: ({ I, attributes }) => {
    const { shape, dtype } = I(0);
    const indices = I(1).shape;
    const batch = readNumber(attributes, 'batch_dims', 0);
    const depth = indices.at(-1) ?? 0;
    if (batch + depth > shape.length || !sameShape(shape.slice(0, batch), indices.slice(0, batch)))
      throw new GraphError('shape', `indices [${indices}] do not fit [${shape}]`);
    return [{ dtype, shape: [...indices.slice(0, -1), ...shape.slice(batch + depth)] }];
  },
  keeps: { inputs: [1] },
  decompose: ({ g, I, attributes }) => {
    const batch = readNumber(attributes, 'batch_dims', 0);
    return batch === 0 ? undefined : [g.op('GatherND', [I(0), withBatchIndices(g, I(1), batch)])];
  },
  vjp: ({ g, I, GO, wants }) => {
    if (!wants(0)) return [];
    return [g.op('ScatterND', [g.zeros(GO(0).dtype, I(0).shape), I(1), GO(0)], { reduction: 'add' })];
  },
};

// Index tuples that begin with the positions on the first `batch` axes, which they share with x.
function withBatchIndices(g: Builder, indices: Value, batch: number): Value {
  const lead = indices.shape.slice(0, -1);
  const strides = computeStrides(lead);
  const places = Array.from({ length: sizeOf(lead) }, (_, at) =>
    lead.slice(0, batch).map((n, i) => Math.floor(at / strides[i]!) % n),
  );
  const shape = [...lead, batch];
  const counted = g.constant({ dtype: 'int64', shape, data: fromNumbers('int64', places.flat()) });
  return g.concat([counted, int64(g, indices)], lead.length);
}
