// AffineGrid: the grid of GridSample for an affine map, one product with a constant.
import type { Builder } from '../graph/builder.ts';
import { fromNumbers } from '../graph/dtype.ts';
import { GraphError } from '../graph/error.ts';
import type { Value } from '../graph/graph.ts';
import type { NodeContext } from '../graph/map.ts';
import { computeStrides, sameShape, sizeOf } from '../graph/shape.ts';
import { readNumber } from './attributes.ts';
import type { Operator } from './operator.ts';

/**
 * The positions of images of a size ([N, C, ...], a constant), mapped by an affine map theta [N, d, d + 1]: [N, ...,
 * d].
 */
export const AffineGrid: Operator = {
  name: 'AffineGrid',
  arity: [2, 2],
  attributes: { align_corners: 'int' },
  infer: ({ I, numbers }) => {
    const [n, , ...spatial] = numbers(1);
    const d = spatial.length;
    if ((d !== 2 && d !== 3) || !sameShape(I(0).shape, [n!, d, d + 1]))
      throw new GraphError('shape', `a map [${I(0).shape}] does not fit a size of [${numbers(1)}]`);
    return [{ dtype: I(0).dtype, shape: [n!, ...spatial, d] }];
  },
  // On an axis with one element, aligned corners are at 0 in PyTorch and at 1 in ONNX Runtime.
  expand: (context) => (aligned(context) && context.numbers(1).slice(2).includes(1) ? [asProduct(context)] : undefined),
  decompose: (context) => [asProduct(context)],
};

const aligned = ({ attributes }: NodeContext): boolean => readNumber(attributes, 'align_corners', 0) === 1;

function asProduct(context: NodeContext): Value {
  const { g, I, numbers } = context;
  const [n, , ...spatial] = numbers(1) as [number, number, ...number[]];
  const places = writePlaces(g, spatial, aligned(context));
  const product = g.op('MatMul', [g.cast(places, I(0).dtype), g.transpose(I(0), [0, 2, 1])]);
  return g.reshape(product, [n, ...spatial, spatial.length]);
}

// The positions of all elements from -1 to 1, the last axis first, and a 1: [P, d + 1].
function writePlaces(g: Builder, spatial: readonly number[], align: boolean): Value {
  const [strides, count] = [computeStrides(spatial), sizeOf(spatial)];
  const place = (i: number, size: number): number => {
    if (!align) return (2 * i + 1) / size - 1;
    return size > 1 ? (2 * i) / (size - 1) - 1 : 0;
  };
  const numbers = Array.from({ length: count }, (_, at) => [
    ...spatial.map((size, axis) => place(Math.floor(at / strides[axis]!) % size, size)).reverse(),
    1,
  ]).flat();
  const shape = [count, spatial.length + 1];
  return g.constant({ dtype: 'float32', shape, data: fromNumbers('float32', numbers) });
}
