// TopK, OneHot and EyeLike: selection by rank, and tensors that mark a selection.
import { findDType, toNumbers } from '../graph/dtype.ts';
import { GraphError } from '../graph/error.ts';
import { normalizeAxis } from '../graph/shape.ts';
import { readNumber } from './attributes.ts';
import { makeTensor } from './fold.ts';
import type { Operator } from './operator.ts';

/** The k largest (or smallest) elements along an axis, and where they were; k (input 1) is a constant. */
export const TopK: Operator = {
  name: 'TopK',
  arity: [2, 2],
  attributes: { axis: 'int', largest: 'int', sorted: 'int' },
  infer: ({ I, numbers, attributes }) => {
    const { dtype, shape } = I(0);
    const axis = normalizeAxis(readNumber(attributes, 'axis', -1), shape.length);
    const k = numbers(1)[0]!;
    if (!(k >= 0 && k <= shape[axis]!))
      throw new GraphError('shape', `${k} elements of an axis of ${shape[axis]} are asked for`);
    const picked = shape.map((n, i) => (i === axis ? k : n));
    return [
      { dtype, shape: picked },
      { dtype: 'int64', shape: picked },
    ];
  },
  keeps: { outputs: [1] },
  vjp: ({ g, I, O, GO, attributes }) => {
    const axis = normalizeAxis(readNumber(attributes, 'axis', -1), I(0).shape.length);
    const zeros = g.zeros(GO(0).dtype, I(0).shape);
    return [g.op('ScatterElements', [zeros, O(1), GO(0)], { axis, reduction: 'add' })];
  },
};

/** values[1] where the position on a new axis of size `depth` (input 1, a constant) is the index, else values[0]. */
export const OneHot: Operator = {
  name: 'OneHot',
  arity: [3, 3],
  attributes: { axis: 'int' },
  infer: ({ I, numbers, attributes }) => {
    const { shape } = I(0);
    const axis = normalizeAxis(readNumber(attributes, 'axis', -1), shape.length + 1);
    const depth = numbers(1)[0]!;
    if (I(2).shape.length !== 1 || I(2).shape[0] !== 2)
      throw new GraphError('shape', `the values are two (off, on), not [${I(2).shape}]`);
    return [{ dtype: I(2).dtype, shape: [...shape.slice(0, axis), depth, ...shape.slice(axis)] }];
  },
  keeps: { inputs: [0, 1] },
  vjp: ({ g, I, GO, attributes, wants }) => {
    if (!wants(2)) return [];
    const offAndOn = g.constant({ dtype: 'float32', shape: [2], data: Float32Array.of(0, 1) });
    const on = g.cast(g.op('OneHot', [I(0), I(1), offAndOn], attributes), GO(0).dtype);
    const all = GO(0).shape.map((_, i) => i);
    const sum = g.reshape(g.sum(GO(0), all), [1]);
    const ofOn = g.reshape(g.sum(g.mul(GO(0), on), all), [1]);
    return [undefined, undefined, g.concat([g.sub(sum, ofOn), ofOn], 0)];
  },
};

/** Ones on a diagonal (`k` above the main one) of a matrix of the input's shape, zeros elsewhere. */
export const EyeLike: Operator = {
  name: 'EyeLike',
  arity: [1, 1],
  attributes: { dtype: 'int', k: 'int' },
  infer: ({ I, attributes }) => {
    const { dtype, shape } = I(0);
    if (shape.length !== 2) throw new GraphError('shape', `a matrix is needed, not [${shape}]`);
    const given = 'dtype' in attributes ? findDType(readNumber(attributes, 'dtype', 0)) : dtype;
    if (!given) throw new GraphError('attribute', `dtype=${attributes.dtype} is not a dtype that onnx-grad knows`);
    return [{ dtype: given, shape }];
  },
  fold: ([x], attributes, output) => {
    const [k, columns] = [readNumber(attributes, 'k', 0), x!.shape[1]!];
    const onDiagonal = (i: number): boolean => (i % columns) - Math.floor(i / columns) === k;
    return makeTensor(
      output,
      toNumbers(x!.dtype, x!.data).map((_, i) => (onDiagonal(i) ? 1 : 0)),
    );
  },
  vjp: 'zero',
};
