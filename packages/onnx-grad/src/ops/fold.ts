// Evaluates operators on constants in double precision, only as far as folding shape arithmetic needs it.
import { fromNumbers, toNumbers } from '../graph/dtype.ts';
import type { Attributes, OutputType, TensorData } from '../graph/graph.ts';
import { computeStrides, sizeOf } from '../graph/shape.ts';

/** What {@link import('./operator.ts').Operator.fold} is. */
export type Fold = (
  inputs: readonly (TensorData | undefined)[],
  attributes: Attributes,
  output: OutputType,
) => TensorData;

/** Folds a broadcasting operator of two inputs. */
export const foldBinary =
  (f: (a: number, b: number) => number): Fold =>
  ([a, b], _, output) => {
    const [xs, ys] = [broadcastTo(a!, output.shape), broadcastTo(b!, output.shape)];
    return makeTensor(
      output,
      xs.map((x, i) => roundLike(output, f(x, ys[i]!))),
    );
  };

/** Folds an operator of one input, element by element. */
export const foldUnary =
  (f: (x: number) => number): Fold =>
  ([x], _, output) =>
    makeTensor(
      output,
      toNumbers(x!.dtype, x!.data).map((v) => roundLike(output, f(v))),
    );

/** A tensor of numbers. */
export const makeTensor = (type: OutputType, numbers: readonly number[]): TensorData => ({
  dtype: type.dtype,
  shape: type.shape,
  data: fromNumbers(type.dtype, numbers),
});

/** The numbers of a constant, broadcast to a shape. */
export function broadcastTo(tensor: TensorData, shape: readonly number[]): number[] {
  const numbers = toNumbers(tensor.dtype, tensor.data);
  const lead = shape.length - tensor.shape.length;
  const strides = computeStrides(tensor.shape);
  const outStrides = computeStrides(shape);
  return Array.from({ length: sizeOf(shape) }, (_, at) => {
    let index = 0;
    for (let i = 0; i < tensor.shape.length; i++)
      if (tensor.shape[i] !== 1) index += (Math.floor(at / outStrides[lead + i]!) % shape[lead + i]!) * strides[i]!;
    return numbers[index]!;
  });
}

// Integer division in ONNX truncates.
const roundLike = (type: OutputType, x: number): number =>
  type.dtype === 'int64' || type.dtype === 'int32' ? Math.trunc(x) : x;
