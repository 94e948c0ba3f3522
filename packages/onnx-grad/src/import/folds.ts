// Evaluates operators on constants that gradients do not need folded, but on which shapes in exported models may
// depend.
import { toNumbers } from '../graph/dtype.ts';
import type { TensorData } from '../graph/graph.ts';
import { computeStrides, normalizeAxes, normalizeAxis, sizeOf } from '../graph/shape.ts';
import { readNumber } from '../ops/attributes.ts';
import type { Fold } from '../ops/fold.ts';
import { broadcastTo, foldUnary, makeTensor } from '../ops/fold.ts';

const numbers = (tensor: TensorData | undefined): number[] => (tensor ? toNumbers(tensor.dtype, tensor.data) : []);

// Reductions of the numbers that belong to each element of the output.
const reduction =
  (reduce: (group: readonly number[]) => number): Fold =>
  ([x, axes], attributes, output) => {
    const given = numbers(axes);
    const rank = x!.shape.length;
    const noop = readNumber(attributes, 'noop_with_empty_axes', 0) === 1;
    const over = given.length > 0 || noop ? normalizeAxes(given, rank) : x!.shape.map((_, i) => i);
    const kept = x!.shape.map((n, i) => (over.includes(i) ? 1 : n));
    const [strides, keptStrides] = [computeStrides(x!.shape), computeStrides(kept)];
    const groups: number[][] = Array.from({ length: sizeOf(output.shape) }, () => []);
    numbers(x).forEach((value, at) => {
      let place = 0;
      for (let i = 0; i < rank; i++)
        if (kept[i] !== 1) place += (Math.floor(at / strides[i]!) % x!.shape[i]!) * keptStrides[i]!;
      groups[place]!.push(value);
    });
    return makeTensor(output, groups.map(reduce));
  };

const sum = (xs: readonly number[]): number => xs.reduce((a, b) => a + b, 0);

// Running sums along an axis, one line of elements at a time.
const cumulative: Fold = ([x, axis], attributes, output) => {
  const at = normalizeAxis(numbers(axis)[0] ?? 0, x!.shape.length);
  const data = numbers(x);
  const out = new Array<number>(data.length).fill(0);
  const stride = computeStrides(x!.shape)[at]!;
  const length = x!.shape[at]!;
  const reverse = readNumber(attributes, 'reverse', 0) === 1;
  const exclusive = readNumber(attributes, 'exclusive', 0) === 1;
  for (let first = 0; first < data.length; first++) {
    if (Math.floor(first / stride) % length !== 0) continue;
    let total = 0;
    for (let k = 0; k < length; k++) {
      const i = first + (reverse ? length - 1 - k : k) * stride;
      if (!exclusive) total += data[i]!;
      out[i] = total;
      if (exclusive) total += data[i]!;
    }
  }
  return makeTensor(output, out);
};

const tile: Fold = ([x], _, output) => {
  const data = numbers(x);
  const [strides, outStrides] = [computeStrides(x!.shape), computeStrides(output.shape)];
  return makeTensor(
    output,
    Array.from({ length: sizeOf(output.shape) }, (_, at) => {
      let from = 0;
      x!.shape.forEach((n, i) => {
        from += (Math.floor(at / outStrides[i]!) % n) * strides[i]!;
      });
      return data[from]!;
    }),
  );
};

const clip: Fold = ([x, low, high], _, output) => {
  const min = numbers(low)[0] ?? Number.NEGATIVE_INFINITY;
  const max = numbers(high)[0] ?? Number.POSITIVE_INFINITY;
  return makeTensor(
    output,
    numbers(x).map((v) => Math.min(Math.max(v, min), max)),
  );
};

// A power may have an exponent of another dtype than its base.
const power: Fold = ([a, b], _, output) => {
  const exponents = broadcastTo(b!, output.shape);
  return makeTensor(
    output,
    broadcastTo(a!, output.shape).map((x, i) => x ** exponents[i]!),
  );
};

/** Folds by operator, beside {@link import('../ops/operator.ts').Operator.fold}. */
export const FOLDS: Readonly<Record<string, Fold | undefined>> = Object.freeze({
  Exp: foldUnary(Math.exp),
  Log: foldUnary(Math.log),
  Sin: foldUnary(Math.sin),
  Cos: foldUnary(Math.cos),
  Tanh: foldUnary(Math.tanh),
  Reciprocal: foldUnary((x) => 1 / x),
  Sigmoid: foldUnary((x) => 1 / (1 + Math.exp(-x))),
  Pow: power,
  Clip: clip,
  Tile: tile,
  CumSum: cumulative,
  ReduceSum: reduction(sum),
  ReduceMean: reduction((xs) => sum(xs) / xs.length),
  ReduceProd: reduction((xs) => xs.reduce((a, b) => a * b, 1)),
  ReduceMax: reduction((xs) => xs.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)),
  ReduceMin: reduction((xs) => xs.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY)),
});
