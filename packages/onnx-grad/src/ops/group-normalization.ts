// GroupNormalization (scale and bias of each channel, as from opset 21) and InstanceNormalization, which is the same
// with one group a channel. Inputs [N, C, ...].
import { GraphError } from '../graph/error.ts';
import type { Attributes, OutputType } from '../graph/graph.ts';
import { sameShape } from '../graph/shape.ts';
import { readNumber } from './attributes.ts';
import { expandGroupNormalization } from './group-norm-silu.ts';
import { normalizationGradient } from './normalization-gradient.ts';
import type { InferContext, Operator, Vjp } from './operator.ts';

type CountGroups = (attributes: Attributes, channels: number) => number;

const infer =
  (countGroups: CountGroups) =>
  ({ I, attributes }: InferContext): readonly OutputType[] => {
    const { shape, dtype } = I(0);
    if (shape.length < 3) throw new GraphError('shape', 'a normalisation over space takes an input [N, C, ...]');
    const channels = shape[1]!;
    const groups = countGroups(attributes, channels);
    if (!(groups > 0) || channels % groups !== 0)
      throw new GraphError('attribute', `${channels} channels do not split into ${groups} groups`);
    for (const k of [1, 2])
      if (!sameShape(I(k).shape, [channels]))
        throw new GraphError('shape', `input ${k} must be [${channels}], not [${I(k).shape}]`);
    return [{ dtype, shape }];
  };

const backward =
  (countGroups: CountGroups): Vjp =>
  ({ g, I, GO, attributes, wants }) => {
    const groups = countGroups(attributes, I(0).shape[1]!);
    const epsilon = readNumber(attributes, 'epsilon', 1e-5);
    const { x, scale, bias } = normalizationGradient(g, [I(0), I(1), GO(0)], groups, epsilon, wants);
    return [x, scale, bias];
  };

const givenGroups: CountGroups = (attributes) => readNumber(attributes, 'num_groups', 0);
const oneEach: CountGroups = (_, channels) => channels;

/** Normalises over each group of channels and all of space, then scales and shifts each channel. */
export const GroupNormalization: Operator = {
  name: 'GroupNormalization',
  arity: [3, 3],
  attributes: { epsilon: 'float', num_groups: 'int', stash_type: 'int' },
  infer: infer(givenGroups),
  keeps: { inputs: [0, 1] },
  expand: expandGroupNormalization,
  vjp: backward(givenGroups),
};

/** Normalises each channel over space, then scales and shifts it. */
export const InstanceNormalization: Operator = {
  name: 'InstanceNormalization',
  arity: [3, 3],
  attributes: { epsilon: 'float' },
  infer: infer(oneEach),
  keeps: { inputs: [0, 1] },
  vjp: backward(oneEach),
};
