// Operators that move elements without changing them: Reshape, Transpose, Expand, Squeeze, Unsqueeze, Flatten.
import { toNumbers } from '../graph/dtype.ts';
import { GraphError } from '../graph/error.ts';
import type { Shape } from '../graph/shape.ts';
import { broadcastShapes, computeStrides, normalizeAxes, normalizeAxis, sizeOf } from '../graph/shape.ts';
import { readNumber, readNumbers } from './attributes.ts';
import { broadcastTo, makeTensor } from './fold.ts';
import type { Operator, Vjp } from './operator.ts';

// The gradient of a pure change of shape: the cotangent in the input's shape.
const reshapeBack: Vjp = ({ g, I, GO }) => [g.reshape(GO(0), I(0).shape)];

const sameElements: NonNullable<Operator['fold']> = ([x], _, output) => ({ ...x!, shape: output.shape });

/** The target shape of a Reshape: 0 copies the input's size, -1 takes the rest. */
export function reshapedShape(from: Shape, to: readonly number[], allowZero: boolean): number[] {
  const shape = to.map((n, i) => (n === 0 && !allowZero ? (from[i] ?? 0) : n));
  const known = shape.filter((n) => n !== -1).reduce((a, b) => a * b, 1);
  const result = shape.map((n) => (n === -1 ? sizeOf(from) / known : n));
  if (
    shape.filter((n) => n === -1).length > 1 ||
    result.some((n) => !Number.isInteger(n) || n < 0) ||
    sizeOf(result) !== sizeOf(from)
  )
    throw new GraphError('shape', `cannot reshape [${from}] to [${to}]`);
  return result;
}

/** The same elements in another shape. */
export const Reshape: Operator = {
  name: 'Reshape',
  arity: [2, 2],
  attributes: { allowzero: 'int' },
  infer: ({ I, numbers, attributes }) => [
    { dtype: I(0).dtype, shape: reshapedShape(I(0).shape, numbers(1), readNumber(attributes, 'allowzero', 0) === 1) },
  ],
  fold: sameElements,
  vjp: reshapeBack,
};

/** All axes before `axis` as one, the rest as another. */
export const Flatten: Operator = {
  name: 'Flatten',
  arity: [1, 1],
  attributes: { axis: 'int' },
  infer: ({ I, attributes }) => {
    const { shape, dtype } = I(0);
    const axis = readNumber(attributes, 'axis', 1);
    const at = axis < 0 ? axis + shape.length : axis;
    return [{ dtype, shape: [sizeOf(shape.slice(0, at)), sizeOf(shape.slice(at))] }];
  },
  fold: sameElements,
  vjp: reshapeBack,
};

/** Without axes of size 1. */
export const Squeeze: Operator = {
  name: 'Squeeze',
  arity: [1, 2],
  attributes: {},
  infer: ({ inputs, I, numbers }) => {
    const { shape, dtype } = I(0);
    const axes = inputs[1] ? normalizeAxes(numbers(1), shape.length) : shape.flatMap((n, i) => (n === 1 ? [i] : []));
    for (const axis of axes)
      if (shape[axis] !== 1) throw new GraphError('shape', `axis ${axis} has size ${shape[axis]}`);
    return [{ dtype, shape: shape.filter((_, i) => !axes.includes(i)) }];
  },
  fold: sameElements,
  vjp: reshapeBack,
};

/** With new axes of size 1. */
export const Unsqueeze: Operator = {
  name: 'Unsqueeze',
  arity: [2, 2],
  attributes: {},
  infer: ({ I, numbers }) => {
    const { shape, dtype } = I(0);
    const axes = normalizeAxes(numbers(1), shape.length + numbers(1).length);
    const out = [...shape];
    for (const axis of axes) out.splice(axis, 0, 1);
    return [{ dtype, shape: out }];
  },
  fold: sameElements,
  vjp: reshapeBack,
};

/** Axes in another order. */
export const Transpose: Operator = {
  name: 'Transpose',
  arity: [1, 1],
  attributes: { perm: 'ints' },
  infer: ({ I, attributes }) => {
    const { shape, dtype } = I(0);
    const perm = readPermutation(shape.length, attributes);
    if (perm.length !== shape.length || new Set(perm.map((p) => normalizeAxis(p, shape.length))).size !== shape.length)
      throw new GraphError('attribute', `perm [${perm}] is not a permutation of ${shape.length} axes`);
    return [{ dtype, shape: perm.map((p) => shape[p]!) }];
  },
  fold: ([x], attributes, output) => {
    const strides = computeStrides(x!.shape);
    const perm = readPermutation(x!.shape.length, attributes);
    const outStrides = computeStrides(output.shape);
    const numbers = toNumbers(x!.dtype, x!.data);
    const at = (i: number): number =>
      perm.reduce((sum, p, k) => sum + (Math.floor(i / outStrides[k]!) % output.shape[k]!) * strides[p]!, 0);
    return makeTensor(
      output,
      numbers.map((_, i) => numbers[at(i)]!),
    );
  },
  vjp: ({ g, I, GO, attributes }) => {
    const perm = readPermutation(I(0).shape.length, attributes);
    return [
      g.transpose(
        GO(0),
        perm.map((_, i) => perm.indexOf(i)),
      ),
    ];
  },
};

const readPermutation = (rank: number, attributes: Parameters<typeof readNumbers>[0]): readonly number[] =>
  readNumbers(
    attributes,
    'perm',
    Array.from({ length: rank }, (_, i) => rank - 1 - i),
  );

/** Broadcast to a shape (in both directions, as in ONNX). */
export const Expand: Operator = {
  name: 'Expand',
  arity: [2, 2],
  attributes: {},
  infer: ({ I, numbers }) => [{ dtype: I(0).dtype, shape: broadcastShapes(I(0).shape, numbers(1)) }],
  fold: ([x], _, output) => makeTensor(output, broadcastTo(x!, output.shape)),
  vjp: ({ g, I, GO }) => [g.sumTo(GO(0), I(0).shape)],
};
