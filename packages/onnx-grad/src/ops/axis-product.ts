// A product with a constant matrix along one axis, used for resizing, bands of channels and Fourier transforms.
import type { Builder } from '../graph/builder.ts';
import type { Value } from '../graph/graph.ts';
import { sizeOf } from '../graph/shape.ts';

/** A matrix as the list of its rows, transposed. */
export const transposed = (rows: readonly Float64Array[]): Float64Array[] =>
  Array.from({ length: rows[0]!.length }, (_, i) => Float64Array.from(rows, (row) => row[i]!));

/** The product of a constant matrix (rows [m][n]) with x along one axis of size n, which becomes m. */
export function multiplyAxis(g: Builder, rows: readonly Float64Array[], x: Value, axis: number): Value {
  const [m, n] = [rows.length, x.shape[axis]!];
  const [outer, inner] = [x.shape.slice(0, axis), x.shape.slice(axis + 1)];
  const matrix = (numbers: readonly Float64Array[]): Value => {
    const data = new Float64Array(m * n);
    numbers.forEach((row, i) => {
      data.set(row, i * row.length);
    });
    const shape = [numbers.length, numbers[0]!.length];
    if (x.dtype === 'float64') return g.constant({ dtype: 'float64', shape, data });
    return g.cast(g.constant({ dtype: 'float32', shape, data: Float32Array.from(data) }), x.dtype);
  };
  const product =
    sizeOf(inner) === 1
      ? g.op('MatMul', [g.reshape(x, [sizeOf(outer), n]), matrix(transposed(rows))])
      : g.op('MatMul', [matrix(rows), g.reshape(x, [sizeOf(outer), n, sizeOf(inner)])]);
  return g.reshape(product, [...outer, m, ...inner]);
}
