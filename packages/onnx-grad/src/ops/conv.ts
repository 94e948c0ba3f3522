// Convolution over any number of spatial axes. Input [N, C, ...], weight [O, C / groups, ...], bias [O].
// Input gradient: conv-input-gradient.ts. Weight gradient: conv-weight-gradient.ts.
import { GraphError } from '../graph/error.ts';
import type { Attributes } from '../graph/graph.ts';
import type { Shape } from '../graph/shape.ts';
import { readNumber } from './attributes.ts';
import { convInputGradient } from './conv-input-gradient.ts';
import { convWeightGradient } from './conv-weight-gradient.ts';
import type { Operator } from './operator.ts';
import type { Windows } from './windows.ts';
import { layWindows } from './windows.ts';

/** Attributes of convolutions. */
export const CONV_ATTRIBUTES = {
  auto_pad: 'string',
  dilations: 'ints',
  group: 'int',
  kernel_shape: 'ints',
  pads: 'ints',
  strides: 'ints',
} as const;

/** Window geometry and groups of a convolution of an input and a weight. */
export function convGeometry(x: Shape, weight: Shape, attributes: Attributes): Windows & { groups: number } {
  const groups = readNumber(attributes, 'group', 1);
  if (weight[1]! * groups !== x[1] || weight[0]! % groups !== 0)
    throw new GraphError('shape', `weight [${weight}] with group ${groups} does not fit input [${x}]`);
  return { ...layWindows(x.slice(2), weight.slice(2), attributes), groups };
}

/** Convolution (cross-correlation, as everywhere in deep learning). */
export const Conv: Operator = {
  name: 'Conv',
  arity: [2, 3],
  attributes: CONV_ATTRIBUTES,
  infer: ({ I, attributes }) => {
    const [x, weight] = [I(0), I(1)];
    if (x.shape.length < 3 || weight.shape.length !== x.shape.length)
      throw new GraphError('shape', 'a convolution takes an input [N, C, ...] and a weight of as many axes');
    const { out } = convGeometry(x.shape, weight.shape, attributes);
    return [{ dtype: x.dtype, shape: [x.shape[0]!, weight.shape[0]!, ...out] }];
  },
  keeps: { inputs: [0, 1] },
  vjp: ({ g, I, GO, wants, attributes }) => {
    const geometry = convGeometry(I(0).shape, I(1).shape, attributes);
    const spatial = geometry.kernel.map((_, i) => i + 2);
    return [
      wants(0) ? convInputGradient(g, GO(0), I(1), I(0).shape, geometry) : undefined,
      wants(1) ? convWeightGradient(g, I(0), GO(0), I(1).shape, geometry) : undefined,
      wants(2) ? g.sum(GO(0), [0, ...spatial], false) : undefined,
    ];
  },
};
