// MatMul (batched and broadcasting, vectors too) and Gemm.

import type { Builder } from '../graph/builder.ts';
import { GraphError } from '../graph/error.ts';
import type { Value } from '../graph/graph.ts';
import type { Shape } from '../graph/shape.ts';
import { broadcastShapes, sizeOf } from '../graph/shape.ts';
import { readNumber } from './attributes.ts';
import type { Operator } from './operator.ts';

const swapLast = (g: Builder, x: Value): Value => {
  const rank = x.shape.length;
  return g.transpose(x, [...Array.from({ length: rank - 2 }, (_, i) => i), rank - 1, rank - 2]);
};

// Vectors as matrices, the way MatMul reads them: [k] is [1, k] on the left and [k, 1] on the right.
const asLeft = (shape: Shape): Shape => (shape.length === 1 ? [1, ...shape] : shape);
const asRight = (shape: Shape): Shape => (shape.length === 1 ? [...shape, 1] : shape);

/** Matrix product over the last two axes. */
export const MatMul: Operator = {
  name: 'MatMul',
  arity: [2, 2],
  attributes: {},
  infer: ({ I }) => {
    const [a, b] = [asLeft(I(0).shape), asRight(I(1).shape)];
    if (a.at(-1) !== b.at(-2)) throw new GraphError('shape', 'inner sizes differ');
    const batch = broadcastShapes(a.slice(0, -2), b.slice(0, -2));
    const rows = I(0).shape.length === 1 ? [] : [a.at(-2)!];
    const columns = I(1).shape.length === 1 ? [] : [b.at(-1)!];
    return [{ dtype: I(0).dtype, shape: [...batch, ...rows, ...columns] }];
  },
  keeps: { inputs: [0, 1] },
  vjp: ({ g, I, GO, wants }) => {
    const [left, right] = [asLeft(I(0).shape), asRight(I(1).shape)];
    const batch = broadcastShapes(left.slice(0, -2), right.slice(0, -2));
    const cotangent = g.reshape(GO(0), [...batch, left.at(-2)!, right.at(-1)!]);
    // One matrix for the whole batch, as in linear layers: one product over batch and rows.
    if (right.length === 2 && left.length > 2 && wants(1)) {
      const rows = sizeOf(left.slice(0, -1));
      const byRight = g.op('MatMul', [
        g.transpose(g.reshape(I(0), [rows, left.at(-1)!]), [1, 0]),
        g.reshape(cotangent, [rows, right[1]!]),
      ]);
      const byLeft = wants(0)
        ? g.reshape(g.op('MatMul', [cotangent, swapLast(g, g.reshape(I(1), right))]), I(0).shape)
        : undefined;
      return [byLeft, g.reshape(byRight, I(1).shape)];
    }
    const back = (shape: Shape, as: Shape, product: () => Value): Value => g.reshape(g.sumTo(product(), as), shape);
    return [
      wants(0)
        ? back(I(0).shape, left, () => g.op('MatMul', [cotangent, swapLast(g, g.reshape(I(1), right))]))
        : undefined,
      wants(1)
        ? back(I(1).shape, right, () => g.op('MatMul', [swapLast(g, g.reshape(I(0), left)), cotangent]))
        : undefined,
    ];
  },
};

/** alpha op(A) op(B) + beta C, with op the identity or the transpose. */
export const Gemm: Operator = {
  name: 'Gemm',
  arity: [2, 3],
  attributes: { alpha: 'float', beta: 'float', transA: 'int', transB: 'int' },
  infer: ({ I, attributes }) => {
    const [a, b] = [I(0).shape, I(1).shape];
    const [ta, tb] = [readNumber(attributes, 'transA', 0), readNumber(attributes, 'transB', 0)];
    const [m, k] = ta ? [a[1]!, a[0]!] : [a[0]!, a[1]!];
    const [inner, n] = tb ? [b[1]!, b[0]!] : [b[0]!, b[1]!];
    if (a.length !== 2 || b.length !== 2 || k !== inner) throw new GraphError('shape', 'inner sizes differ');
    return [{ dtype: I(0).dtype, shape: [m, n] }];
  },
  keeps: { inputs: [0, 1] },
  vjp: ({ g, I, GO, wants, attributes }) => {
    const alpha = readNumber(attributes, 'alpha', 1);
    const [ta, tb] = [readNumber(attributes, 'transA', 0), readNumber(attributes, 'transB', 0)];
    const product = (a: Value, transA: number, b: Value, transB: number): Value =>
      g.op('Gemm', [a, b], { alpha, transA, transB });
    const byA = (): Value => (ta ? product(I(1), tb, GO(0), 1) : product(GO(0), 0, I(1), 1 - tb));
    const byB = (): Value => (tb ? product(GO(0), 1, I(0), ta) : product(I(0), 1 - ta, GO(0), 0));
    return [
      wants(0) ? byA() : undefined,
      wants(1) ? byB() : undefined,
      wants(2) ? g.scale(g.sumTo(GO(0), I(2).shape), readNumber(attributes, 'beta', 1)) : undefined,
    ];
  },
};
