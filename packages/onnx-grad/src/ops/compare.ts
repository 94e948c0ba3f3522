// Comparisons and logic (no gradient), Where, Cast and Identity.
import { findDType, isFloat } from '../graph/dtype.ts';
import { GraphError } from '../graph/error.ts';
import { broadcastShapes } from '../graph/shape.ts';
import { inferSame } from './arithmetic.ts';
import { readNumber } from './attributes.ts';
import { broadcastTo, foldBinary, foldUnary, makeTensor } from './fold.ts';
import type { Operator } from './operator.ts';

const comparison = (name: string, f: (a: number, b: number) => boolean): Operator => ({
  name,
  arity: [2, 2],
  attributes: {},
  infer: ({ I }) => [{ dtype: 'bool', shape: broadcastShapes(I(0).shape, I(1).shape) }],
  fold: foldBinary((a, b) => (f(a, b) ? 1 : 0)),
  vjp: 'zero',
});

/** a > b. */
export const Greater = comparison('Greater', (a, b) => a > b);
/** a >= b. */
export const GreaterOrEqual = comparison('GreaterOrEqual', (a, b) => a >= b);
/** a < b. */
export const Less = comparison('Less', (a, b) => a < b);
/** a <= b. */
export const LessOrEqual = comparison('LessOrEqual', (a, b) => a <= b);
/** a == b. */
export const Equal = comparison('Equal', (a, b) => a === b);
/** a and b. */
export const And = comparison('And', (a, b) => a !== 0 && b !== 0);
/** a or b. */
export const Or = comparison('Or', (a, b) => a !== 0 || b !== 0);

/** not x. */
export const Not: Operator = {
  name: 'Not',
  arity: [1, 1],
  attributes: {},
  infer: ({ I }) => [{ dtype: 'bool', shape: I(0).shape }],
  fold: foldUnary((x) => (x === 0 ? 1 : 0)),
  vjp: 'zero',
};

/** condition ? a : b, broadcast. */
export const Where: Operator = {
  name: 'Where',
  arity: [3, 3],
  attributes: {},
  infer: ({ I }) => {
    if (I(0).dtype !== 'bool') throw new GraphError('dtype', `the condition is ${I(0).dtype}, not bool`);
    if (I(1).dtype !== I(2).dtype) throw new GraphError('dtype', `operands are ${I(1).dtype} and ${I(2).dtype}`);
    return [{ dtype: I(1).dtype, shape: broadcastShapes(I(0).shape, I(1).shape, I(2).shape) }];
  },
  fold: ([condition, a, b], _, output) => {
    const [cs, xs, ys] = [condition!, a!, b!].map((t) => broadcastTo(t, output.shape)) as [
      number[],
      number[],
      number[],
    ];
    return makeTensor(
      output,
      cs.map((c, i) => (c ? xs[i]! : ys[i]!)),
    );
  },
  keeps: { inputs: [0] },
  vjp: ({ g, I, GO, wants }) => {
    const zero = g.scalar(0, GO(0).dtype);
    return [
      undefined,
      wants(1) ? g.sumTo(g.where(I(0), GO(0), zero), I(1).shape) : undefined,
      wants(2) ? g.sumTo(g.where(I(0), zero, GO(0)), I(2).shape) : undefined,
    ];
  },
};

/** x in another dtype; the cotangent is cast back. Casts to whole numbers have no gradient. */
export const Cast: Operator = {
  name: 'Cast',
  arity: [1, 1],
  attributes: { to: 'int', saturate: 'int' },
  infer: ({ I, attributes }) => {
    const dtype = findDType(readNumber(attributes, 'to', 0));
    if (!dtype) throw new GraphError('attribute', `to=${attributes.to} is not a dtype that onnx-grad knows`);
    return [{ dtype, shape: I(0).shape }];
  },
  fold: (inputs, attributes, output) => {
    const convert = output.dtype === 'bool' ? (x: number): number => (x === 0 ? 0 : 1) : (x: number): number => x;
    return foldUnary(convert)(inputs, attributes, output);
  },
  vjp: ({ g, I, O, GO }) => [isFloat(O(0).dtype) ? g.cast(GO(0), I(0).dtype) : undefined],
};

/** x. */
export const Identity: Operator = {
  name: 'Identity',
  arity: [1, 1],
  attributes: {},
  infer: inferSame,
  fold: ([x]) => x!,
  vjp: ({ GO }) => [GO(0)],
};
