// Reductions over axes. With no axes given, over all of them.
import type { Value } from '../graph/graph.ts';
import { normalizeAxes, reducedShape, sizeOf } from '../graph/shape.ts';
import { readNumber } from './attributes.ts';
import type { Expand, InferContext, Operator, VjpContext } from './operator.ts';
import { writeSign } from './unary.ts';

function readAxes({
  inputs,
  I,
  numbers,
  attributes,
}: Pick<InferContext, 'inputs' | 'I' | 'numbers' | 'attributes'>): number[] {
  const rank = I(0).shape.length;
  const given = inputs[1] ? numbers(1) : [];
  if (given.length > 0) return normalizeAxes(given, rank);
  return readNumber(attributes, 'noop_with_empty_axes', 0) === 1 ? [] : Array.from({ length: rank }, (_, i) => i);
}

type Backward = (context: VjpContext, spread: (v: Value) => Value, axes: readonly number[]) => Value;

const reduction = (name: string, keeps: Operator['keeps'], backward: Backward): Operator => ({
  name,
  arity: [1, 2],
  attributes: { keepdims: 'int', noop_with_empty_axes: 'int' },
  infer: (context) => {
    const { dtype, shape } = context.I(0);
    const keepdims = readNumber(context.attributes, 'keepdims', 1) === 1;
    return [{ dtype, shape: reducedShape(shape, readAxes(context), keepdims) }];
  },
  keeps,
  vjp: (context) => {
    const { g, I, node } = context;
    const axes = readAxes({ ...context, inputs: node.inputs });
    const kept = reducedShape(I(0).shape, axes, true);
    // A reduced value with its axes back as 1, so that it broadcasts against the input.
    const spread = (value: Value): Value => g.reshape(value, kept);
    return [backward(context, spread, axes)];
  },
});

/** Sum. */
export const ReduceSum = reduction('ReduceSum', undefined, ({ g, I, GO }, spread) =>
  g.expand(spread(GO(0)), I(0).shape),
);

/** Mean. */
export const ReduceMean = reduction('ReduceMean', undefined, ({ g, I, GO }, spread, axes) => {
  const count = sizeOf(axes.map((axis) => I(0).shape[axis]!));
  return g.expand(g.scale(spread(GO(0)), 1 / count), I(0).shape);
});

// ONNX Runtime sums squares one by one in float32: off by 6e-5 at two thousand elements, where a plain sum is exact to
// 1e-7. So the squares are computed first and then summed.
const sumOfSquares: Expand = ({ g, inputs, attributes, I }) => [
  g.op('ReduceSum', [g.mul(I(0), I(0)), ...inputs.slice(1)], attributes),
];

/** Sum of squares. */
export const ReduceSumSquare: Operator = {
  ...reduction('ReduceSumSquare', { inputs: [0] }, ({ g, I, GO }, spread) => g.mul(I(0), g.scale(spread(GO(0)), 2))),
  expand: sumOfSquares,
};

/** Euclidean norm; its gradient at 0 is 0. */
export const ReduceL2: Operator = {
  ...reduction('ReduceL2', { inputs: [0], outputs: [0] }, ({ g, I, O, GO }, spread) => {
    const norm = spread(O(0));
    const zero = g.scalar(0, norm.dtype);
    const safe = g.where(g.op('Greater', [norm, zero]), norm, g.scalar(1, norm.dtype));
    return g.mul(I(0), g.div(spread(GO(0)), safe));
  }),
  expand: (context) => sumOfSquares(context).map((sum) => context.g.op('Sqrt', [sum])),
};

/** Sum of absolute values. */
export const ReduceL1 = reduction('ReduceL1', { inputs: [0] }, ({ g, I, GO }, spread) =>
  g.mul(writeSign(g, I(0)), spread(GO(0))),
);

/** log sum e^x: the gradient is softmax x, as e^(x - y). */
export const ReduceLogSumExp = reduction('ReduceLogSumExp', { inputs: [0], outputs: [0] }, ({ g, I, O, GO }, spread) =>
  g.mul(g.op('Exp', [g.sub(I(0), spread(O(0)))]), spread(GO(0))),
);

// Equal extremes share the gradient equally, as in PyTorch's amax and amin.
const extreme = (name: string): Operator =>
  reduction(name, { inputs: [0], outputs: [0] }, ({ g, I, O, GO }, spread, axes) => {
    const mask = g.cast(g.op('Equal', [I(0), spread(O(0))]), I(0).dtype);
    const ties = axes.length > 0 ? g.sum(mask, axes) : mask;
    return g.mul(mask, g.div(spread(GO(0)), ties));
  });

/** Largest element. */
export const ReduceMax = extreme('ReduceMax');
/** Smallest element. */
export const ReduceMin = extreme('ReduceMin');

/** Product. The gradient is the product of the other elements, also where one of them is 0. */
export const ReduceProd = reduction('ReduceProd', { inputs: [0] }, ({ g, I, GO }, spread, axes) => {
  const { dtype } = I(0);
  const isZero = g.op('Equal', [I(0), g.scalar(0, dtype)]);
  const [zero, safe] = [g.cast(isZero, dtype), g.where(isZero, g.scalar(1, dtype), I(0))];
  const along = (op: string, value: Value): Value => (axes.length > 0 ? g.reduce(op, value, axes) : value);
  // If there is no 0 among the others: the whole product is 0 only because of x itself, or not at all.
  const others = g.cast(g.op('Equal', [along('ReduceSum', zero), zero]), dtype);
  return g.mul(g.mul(others, g.div(along('ReduceProd', safe), safe)), spread(GO(0)));
});
