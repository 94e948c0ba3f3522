// Trilu: keeps a triangle of each matrix. WebGPU has no Trilu, so the gradient multiplies by a constant mask.
import { toNumbers } from '../graph/dtype.ts';
import { GraphError } from '../graph/error.ts';
import { readNumber } from './attributes.ts';
import { makeTensor } from './fold.ts';
import type { Operator } from './operator.ts';

/** Whether element `at` (row-major) of [.., rows, columns] matrices is kept by a triangle from diagonal `k`. */
export const inTriangle = (at: number, rows: number, columns: number, k: number, upper: boolean): boolean => {
  const [row, column] = [Math.floor(at / columns) % rows, at % columns];
  return upper ? column - row >= k : column - row <= k;
};

/** The upper (default) or lower triangle of the last two axes, from diagonal k (input 1, default 0); zeros elsewhere. */
export const Trilu: Operator = {
  name: 'Trilu',
  arity: [1, 2],
  attributes: { upper: 'int' },
  infer: ({ I }) => {
    if (I(0).shape.length < 2) throw new GraphError('shape', 'matrices are needed');
    return [{ dtype: I(0).dtype, shape: I(0).shape }];
  },
  fold: ([x, diagonal], attributes, output) => {
    const [rows, columns] = output.shape.slice(-2) as [number, number];
    const k = diagonal ? toNumbers(diagonal.dtype, diagonal.data)[0]! : 0;
    const upper = readNumber(attributes, 'upper', 1) === 1;
    return makeTensor(
      output,
      toNumbers(x!.dtype, x!.data).map((v, at) => (inTriangle(at, rows, columns, k, upper) ? v : 0)),
    );
  },
  vjp: ({ g, I, GO, node, numbers, attributes }) => {
    const [rows, columns] = I(0).shape.slice(-2) as [number, number];
    const k = node.inputs[1] ? numbers(1)[0]! : 0;
    const upper = readNumber(attributes, 'upper', 1) === 1;
    const data = Float32Array.from({ length: rows * columns }, (_, at) =>
      inTriangle(at, rows, columns, k, upper) ? 1 : 0,
    );
    const mask = g.constant({ dtype: 'float32', shape: [rows, columns], data });
    return [g.mul(GO(0), g.cast(mask, GO(0).dtype))];
  },
};
