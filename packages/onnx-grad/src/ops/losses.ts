// Losses over classes: the negative log-likelihood of the right class, from log-probabilities or from scores. Both are
// differentiated in their parts. A label equal to `ignore_index` is ignored, also in the count of the mean.
import type { Builder } from '../graph/builder.ts';
import { GraphError } from '../graph/error.ts';
import type { Attributes, OutputType, Value } from '../graph/graph.ts';
import { sameShape } from '../graph/shape.ts';
import { readNumber, readString } from './attributes.ts';
import type { InferContext, Operator } from './operator.ts';

const LOSS_ATTRIBUTES = { ignore_index: 'int', reduction: 'string' } as const;

const readReduction = (attributes: Attributes): string => readString(attributes, 'reduction', 'mean');

function lossType({ inputs, I, attributes }: InferContext): OutputType {
  const [scores, labels] = [I(0), I(1)];
  const [n, classes, ...rest] = scores.shape;
  if (scores.shape.length < 2 || !sameShape(labels.shape, [n!, ...rest]))
    throw new GraphError('shape', `scores [N, C, ...] take labels [N, ...], not [${labels.shape}]`);
  if (labels.dtype !== 'int64' && labels.dtype !== 'int32')
    throw new GraphError('dtype', `labels are whole numbers (int64 or int32), not ${labels.dtype}`);
  if (inputs[2] && !sameShape(inputs[2].shape, [classes!]))
    throw new GraphError('shape', `there is one weight for each of ${classes} classes, not [${inputs[2].shape}]`);
  const reduction = readReduction(attributes);
  if (!['none', 'mean', 'sum'].includes(reduction))
    throw new GraphError('attribute', `reduction must be none, mean or sum, not ${reduction}`);
  return { dtype: scores.dtype, shape: reduction === 'none' ? labels.shape : [] };
}

// -weight[label] log-probability[label], reduced; `weights` [C] or none.
function likelihoodLoss(
  g: Builder,
  logProbabilities: Value,
  labels: Value,
  weights: Value | undefined,
  attributes: Attributes,
): Value {
  const { dtype } = logProbabilities;
  const ignored =
    'ignore_index' in attributes
      ? g.op('Equal', [labels, g.scalar(readNumber(attributes, 'ignore_index', 0), labels.dtype)])
      : undefined;
  // An ignored label may not be a valid class, so class 0 replaces it.
  const safe = ignored ? g.where(ignored, g.scalar(0, labels.dtype), labels) : labels;
  const [n, ...rest] = labels.shape as [number, ...number[]];
  const picked = g.op('GatherElements', [logProbabilities, g.reshape(safe, [n, 1, ...rest])], { axis: 1 });
  const ofClass = weights ? g.op('Gather', [weights, safe]) : g.expand(g.scalar(1, dtype), labels.shape);
  const weight = ignored ? g.where(ignored, g.scalar(0, dtype), ofClass) : ofClass;
  const each = g.neg(g.mul(g.reshape(picked, labels.shape), weight));
  const all = labels.shape.map((_, i) => i);
  const reduction = readReduction(attributes);
  if (reduction === 'none') return each;
  const sum = g.sum(each, all, false);
  return reduction === 'sum' ? sum : g.div(sum, g.sum(weight, all, false));
}

/** -log-probability of the right class; scores are log-probabilities [N, C, ...], labels [N, ...], weights [C]. */
export const NegativeLogLikelihoodLoss: Operator = {
  name: 'NegativeLogLikelihoodLoss',
  arity: [2, 3],
  attributes: LOSS_ATTRIBUTES,
  infer: (context) => [lossType(context)],
  decompose: ({ g, I, inputs, attributes }) => [likelihoodLoss(g, I(0), I(1), inputs[2], attributes)],
};

/** The same of log softmax of scores [N, C, ...], which is its second output. */
export const SoftmaxCrossEntropyLoss: Operator = {
  name: 'SoftmaxCrossEntropyLoss',
  arity: [2, 3],
  attributes: LOSS_ATTRIBUTES,
  infer: (context) => {
    const { dtype, shape } = context.I(0);
    return [lossType(context), { dtype, shape }].slice(0, context.outputs);
  },
  decompose: ({ g, I, inputs, attributes, node }) => {
    const logProbabilities = g.op('LogSoftmax', [I(0)], { axis: 1 });
    return [likelihoodLoss(g, logProbabilities, I(1), inputs[2], attributes), logProbabilities].slice(
      0,
      node.outputs.length,
    );
  },
};
