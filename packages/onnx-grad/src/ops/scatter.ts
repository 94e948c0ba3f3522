// ScatterElements and ScatterND: updates written (reduction 'none') or added ('add') into a copy of the data.
import { GraphError } from '../graph/error.ts';
import type { Node, OutputType, Value } from '../graph/graph.ts';
import { sameShape } from '../graph/shape.ts';
import { numberOf, stringOf } from './attributes.ts';
import type { InferContext, Operator, VjpContext } from './operator.ts';

function reductionOf({ attributes, node }: VjpContext): 'none' | 'add' {
  const reduction = stringOf(attributes, 'reduction', 'none');
  if (reduction !== 'none' && reduction !== 'add') throw noGradient(node, reduction);
  return reduction;
}

const noGradient = (node: Node, reduction: string): GraphError =>
  new GraphError('no-gradient', `${node.op} (node ${node.name}) with reduction ${reduction} has no gradient rule`);

// Data keeps its cotangent except where it was overwritten.
const byData = (context: VjpContext, attributes: Record<string, number>): Value => {
  const { g, I, GO, node } = context;
  if (reductionOf(context) === 'add') return GO(0);
  return g.op(node.op, [GO(0), I(1), g.zeros(GO(0).dtype, I(2).shape)], attributes);
};

function inferElements({ I }: InferContext): readonly OutputType[] {
  if (!sameShape(I(1).shape, I(2).shape) || I(1).shape.length !== I(0).shape.length)
    throw new GraphError('shape', `indices [${I(1).shape}] and updates [${I(2).shape}] do not fit [${I(0).shape}]`);
  return [{ dtype: I(0).dtype, shape: I(0).shape }];
}

/** data with data[.., indices[.., i, ..], ..] set to, or increased by, updates[.., i, ..]. */
export const ScatterElements: Operator = {
  name: 'ScatterElements',
  arity: [3, 3],
  attributes: { axis: 'int', reduction: 'string' },
  infer: inferElements,
  keeps: { inputs: [1] },
  vjp: (context) => {
    const { g, I, GO, wants, attributes } = context;
    const axis = numberOf(attributes, 'axis', 0);
    reductionOf(context);
    return [
      wants(0) ? byData(context, { axis }) : undefined,
      undefined,
      wants(2) ? g.op('GatherElements', [GO(0), I(1)], { axis }) : undefined,
    ];
  },
};

function inferND({ I }: InferContext): readonly OutputType[] {
  const [data, indices] = [I(0).shape, I(1).shape];
  const updates = [...indices.slice(0, -1), ...data.slice(indices.at(-1) ?? 0)];
  if ((indices.at(-1) ?? 0) > data.length || !sameShape(I(2).shape, updates))
    throw new GraphError('shape', `indices [${indices}] and updates [${I(2).shape}] do not fit [${data}]`);
  return [{ dtype: I(0).dtype, shape: data }];
}

/** data with the slices at index tuples set to, or increased by, updates. */
export const ScatterND: Operator = {
  name: 'ScatterND',
  arity: [3, 3],
  attributes: { reduction: 'string' },
  infer: inferND,
  keeps: { inputs: [1] },
  vjp: (context) => {
    const { g, I, GO, wants } = context;
    reductionOf(context);
    return [
      wants(0) ? byData(context, {}) : undefined,
      undefined,
      wants(2) ? g.op('GatherND', [GO(0), I(1)]) : undefined,
    ];
  },
};
