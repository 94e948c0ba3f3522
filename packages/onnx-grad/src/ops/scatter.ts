// ScatterElements and ScatterND: updates written into a copy of the data (reduction 'none'), or reduced with it ('add',
// 'mul', 'max', 'min'). Both have the same gradients, in terms of the corresponding gather.
import { GraphError } from '../graph/error.ts';
import type { Attributes, OutputType, Value } from '../graph/graph.ts';
import { sameShape } from '../graph/shape.ts';
import { readNumber, readString } from './attributes.ts';
import type { InferContext, Operator, VjpContext } from './operator.ts';

const REDUCTIONS = ['none', 'add', 'mul', 'max', 'min'];

function readReduction(attributes: Attributes): string {
  const reduction = readString(attributes, 'reduction', 'none');
  if (!REDUCTIONS.includes(reduction))
    throw new GraphError('attribute', `reduction must be one of ${REDUCTIONS.join(', ')}, not ${reduction}`);
  return reduction;
}

// A scatter and the gather that reads the same positions, with the indices of a node.
interface Pair {
  scatter(data: Value, updates: Value, reduction: string): Value;
  gather(data: Value): Value;
}

// The gradients by data and updates. Every element of data is reduced with all updates for it.
function gradients({ g, I, O, GO, wants, attributes }: VjpContext, { scatter, gather }: Pair): (Value | undefined)[] {
  const [data, updates, cotangent] = [I(0), I(2), GO(0)];
  const { dtype } = cotangent;
  const zeros = (): Value => g.zeros(dtype, data.shape);
  const both = (byData: () => Value, byUpdates: () => Value): (Value | undefined)[] => [
    wants(0) ? byData() : undefined,
    undefined,
    wants(2) ? byUpdates() : undefined,
  ];
  switch (readReduction(attributes)) {
    case 'none': // Data keeps its cotangent except where it was overwritten.
      return both(
        () => scatter(cotangent, g.zeros(dtype, updates.shape), 'none'),
        () => gather(cotangent),
      );
    case 'add':
      return both(
        () => cotangent,
        () => gather(cotangent),
      );
    case 'mul': {
      const ones = g.expand(g.scalar(1, dtype), data.shape);
      return both(
        () => g.mul(cotangent, scatter(ones, updates, 'mul')),
        () => {
          // The product of the other updates, also where one of them is 0.
          const isZero = g.op('Equal', [updates, g.scalar(0, dtype)]);
          const zero = g.cast(isZero, dtype);
          const safe = g.where(isZero, g.scalar(1, dtype), updates);
          const others = g.div(gather(scatter(ones, safe, 'mul')), safe);
          const otherZeros = g.sub(gather(scatter(zeros(), zero, 'add')), zero);
          const product = g.where(g.op('Equal', [otherZeros, g.scalar(0, dtype)]), others, g.scalar(0, dtype));
          return g.mul(gather(g.mul(cotangent, data)), product);
        },
      );
    }
    default: {
      // Equal extremes share, as in PyTorch's scatter_reduce.
      const dataReached = g.cast(g.op('Equal', [data, O(0)]), dtype);
      const updateReached = g.cast(g.op('Equal', [updates, gather(O(0))]), dtype);
      const share = g.div(cotangent, g.op('Max', [scatter(dataReached, updateReached, 'add'), g.scalar(1, dtype)]));
      return both(
        () => g.mul(share, dataReached),
        () => g.mul(gather(share), updateReached),
      );
    }
  }
}

function inferElements({ I, attributes }: InferContext): readonly OutputType[] {
  readReduction(attributes);
  if (!sameShape(I(1).shape, I(2).shape) || I(1).shape.length !== I(0).shape.length)
    throw new GraphError('shape', `indices [${I(1).shape}] and updates [${I(2).shape}] do not fit [${I(0).shape}]`);
  return [{ dtype: I(0).dtype, shape: I(0).shape }];
}

/** data with data[.., indices[.., i, ..], ..] set to, or reduced with, updates[.., i, ..]. */
export const ScatterElements: Operator = {
  name: 'ScatterElements',
  arity: [3, 3],
  attributes: { axis: 'int', reduction: 'string' },
  infer: inferElements,
  keeps: { inputs: [0, 1, 2], outputs: [0] },
  vjp: (context) => {
    const { g, I } = context;
    const axis = readNumber(context.attributes, 'axis', 0);
    return gradients(context, {
      scatter: (data, updates, reduction) => g.op('ScatterElements', [data, I(1), updates], { axis, reduction }),
      gather: (data) => g.op('GatherElements', [data, I(1)], { axis }),
    });
  },
};

function inferND({ I, attributes }: InferContext): readonly OutputType[] {
  readReduction(attributes);
  const [data, indices] = [I(0).shape, I(1).shape];
  const updates = [...indices.slice(0, -1), ...data.slice(indices.at(-1) ?? 0)];
  if ((indices.at(-1) ?? 0) > data.length || !sameShape(I(2).shape, updates))
    throw new GraphError('shape', `indices [${indices}] and updates [${I(2).shape}] do not fit [${data}]`);
  return [{ dtype: I(0).dtype, shape: data }];
}

/** data with the slices at index tuples set to, or reduced with, updates. */
export const ScatterND: Operator = {
  name: 'ScatterND',
  arity: [3, 3],
  attributes: { reduction: 'string' },
  infer: inferND,
  keeps: { inputs: [0, 1, 2], outputs: [0] },
  vjp: (context) => {
    const { g, I } = context;
    return gradients(context, {
      scatter: (data, updates, reduction) => g.op('ScatterND', [data, I(1), updates], { reduction }),
      gather: (data) => g.op('GatherND', [data, I(1)]),
    });
  },
};
