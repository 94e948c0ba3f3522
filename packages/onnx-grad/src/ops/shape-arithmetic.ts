// Operators on shapes and indices: whole numbers and booleans, through which no gradient flows. Graphs have static
// shapes, so these fold to constants if their inputs are known, which is mostly true in exported models.
import { toNumbers } from '../graph/dtype.ts';
import { GraphError } from '../graph/error.ts';
import type { Attributes, TensorData } from '../graph/graph.ts';
import type { Shape } from '../graph/shape.ts';
import { computeStrides, normalizeAxis, reducedShape, sizeOf } from '../graph/shape.ts';
import { inferSame } from './arithmetic.ts';
import { readNumber } from './attributes.ts';
import { foldUnary, makeTensor } from './fold.ts';
import type { Operator } from './operator.ts';

const numbers = (tensor: TensorData | undefined): number[] => (tensor ? toNumbers(tensor.dtype, tensor.data) : []);

// The axes of a shape from `start` to `end`, as in Shape.
function axesAsked(shape: Shape, attributes: Attributes): Shape {
  const at = (name: string, fallback: number): number => {
    const given = readNumber(attributes, name, fallback);
    return Math.min(Math.max(given < 0 ? given + shape.length : given, 0), shape.length);
  };
  return shape.slice(at('start', 0), at('end', shape.length));
}

/** The sizes of a tensor's axes, or some of them: int64. */
export const ShapeOf: Operator = {
  name: 'Shape',
  arity: [1, 1],
  attributes: { start: 'int', end: 'int' },
  infer: ({ I, attributes }) => [{ dtype: 'int64', shape: [axesAsked(I(0).shape, attributes).length] }],
  fold: ([x], attributes, output) => makeTensor(output, axesAsked(x!.shape, attributes)),
  vjp: 'zero',
};

/** The number of a tensor's elements: a scalar, int64. */
export const Size: Operator = {
  name: 'Size',
  arity: [1, 1],
  attributes: {},
  infer: () => [{ dtype: 'int64', shape: [] }],
  fold: ([x], _, output) => makeTensor(output, [sizeOf(x!.shape)]),
  vjp: 'zero',
};

/** A tensor of one value (attribute `value`, one element; float32 0 by default) in the shape given by input 0. */
export const ConstantOfShape: Operator = {
  name: 'ConstantOfShape',
  arity: [1, 1],
  attributes: { value: 'tensor' },
  infer: ({ numbers, attributes }) => [
    { dtype: (attributes.value as TensorData | undefined)?.dtype ?? 'float32', shape: numbers(0) },
  ],
  fold: (_, attributes, output) => {
    const value = numbers(attributes.value as TensorData | undefined)[0] ?? 0;
    return makeTensor(output, new Array<number>(sizeOf(output.shape)).fill(value));
  },
  vjp: 'zero',
};

/** start, start + delta, ... below limit; all three are constants. */
export const Range: Operator = {
  name: 'Range',
  arity: [3, 3],
  attributes: {},
  infer: ({ I, numbers }) => {
    const [start, limit, delta] = [numbers(0)[0]!, numbers(1)[0]!, numbers(2)[0]!];
    if (delta === 0) throw new GraphError('shape', 'a step of 0');
    return [{ dtype: I(0).dtype, shape: [Math.max(0, Math.ceil((limit - start) / delta))] }];
  },
  fold: ([start, , delta], _, output) => {
    const [from, step] = [numbers(start)[0]!, numbers(delta)[0]!];
    return makeTensor(
      output,
      Array.from({ length: output.shape[0]! }, (_, i) => from + i * step),
    );
  },
  vjp: 'zero',
};

// The indices of elements that are not zero, one list per axis.
function nonZeroIndices(shape: Shape, elements: readonly number[]): number[][] {
  const strides = computeStrides(shape);
  const found = elements.flatMap((x, i) => (x === 0 ? [] : [i]));
  return shape.map((size, axis) => found.map((i) => Math.floor(i / strides[axis]!) % size));
}

/**
 * Indices of the elements that are not zero: [rank, count]. The input must be constant, since count is part of a shape.
 */
export const NonZero: Operator = {
  name: 'NonZero',
  arity: [1, 1],
  attributes: {},
  infer: ({ I, numbers }) => {
    const count = numbers(0).filter((x) => x !== 0).length;
    return [{ dtype: 'int64', shape: [I(0).shape.length, count] }];
  },
  fold: ([x], _, output) => makeTensor(output, nonZeroIndices(x!.shape, numbers(x)).flat()),
  vjp: 'zero',
};

const argument = (name: string): Operator => ({
  name,
  arity: [1, 1],
  attributes: { axis: 'int', keepdims: 'int', select_last_index: 'int' },
  infer: ({ I, attributes }) => {
    const axis = normalizeAxis(readNumber(attributes, 'axis', 0), I(0).shape.length);
    return [{ dtype: 'int64', shape: reducedShape(I(0).shape, [axis], readNumber(attributes, 'keepdims', 1) === 1) }];
  },
  vjp: 'zero',
});

/** Index of the largest element on an axis. */
export const ArgMax = argument('ArgMax');
/** Index of the smallest element on an axis. */
export const ArgMin = argument('ArgMin');

const test = (name: string, f: (x: number) => boolean): Operator => ({
  name,
  arity: [1, 1],
  attributes: {},
  infer: (context) => [{ ...inferSame(context)[0]!, dtype: 'bool' }],
  fold: foldUnary((x) => (f(x) ? 1 : 0)),
  vjp: 'zero',
});

/** Whether an element is not a number. */
export const IsNaN = test('IsNaN', Number.isNaN);
/** Whether an element is infinite. */
export const IsInf = test('IsInf', (x) => Math.abs(x) === Number.POSITIVE_INFINITY);
