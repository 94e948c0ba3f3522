// Losses for models that have none: addLoss adds one to a model, and the usual ones are here.
import { GraphBuilder } from './builder.ts';
import type { Builder } from './graph/builder.ts';
import { GraphError } from './graph/error.ts';
import type { Graph, Value } from './graph/graph.ts';
import { sameShape, sizeOf } from './graph/shape.ts';

/** Writes a loss: a value of one element, from the model's outputs (by name) and inputs that it adds. */
export type WriteLoss = (g: GraphBuilder, output: (name: string) => Value) => Value;

/**
 * A model with an additional output, a loss for {@link import('./grad.ts').grad}. Everything else stays.
 * @param name of the new output; default `loss`
 * @throws GraphError for an output that the model does not have, or a loss of more than one element
 */
export function addLoss(model: Graph, write: WriteLoss, name = 'loss'): Graph {
  const g = GraphBuilder.from(model);
  for (const output of model.outputs) g.output(output.name, output.value);
  const loss = write(g, (wanted) => {
    const found = model.outputs.find((output) => output.name === wanted);
    if (found) return found.value;
    const known = model.outputs.map((output) => output.name).join(', ');
    throw new GraphError('name', `${model.name} has no output ${wanted}; it has ${known}`);
  });
  if (sizeOf(loss.shape) !== 1)
    throw new GraphError('shape', `a loss has one element; this one's shape is [${loss.shape}]`);
  g.output(name, loss);
  return g.build();
}

const all = ({ shape }: Value): number[] => shape.map((_, i) => i);

/** Writes the mean of (prediction - target)^2, a scalar. @throws GraphError if the shapes differ */
export function meanSquaredError(g: Builder, prediction: Value, target: Value): Value {
  if (!sameShape(prediction.shape, target.shape))
    throw new GraphError('shape', `a prediction [${prediction.shape}] and a target [${target.shape}]`);
  const error = g.sub(prediction, target);
  return g.mean(g.mul(error, error), all(error), false);
}

/** Options of {@link crossEntropy}. */
export interface CrossEntropyOptions {
  /** A weight for each class, [C]. */
  readonly weights?: Value;
  /** A label that is ignored (-100 in PyTorch). */
  readonly ignoreIndex?: number;
  /** Default: mean, over the weights of the labels. */
  readonly reduction?: 'mean' | 'sum';
}

/**
 * Writes the negative log-likelihood of the right classes, a scalar.
 * @param scores before the softmax, [N, C, ...]
 * @param labels int64 or int32, [N, ...]
 */
export function crossEntropy(
  g: Builder,
  scores: Value,
  labels: Value,
  { weights, ignoreIndex, reduction = 'mean' }: CrossEntropyOptions = {},
): Value {
  return g.op('SoftmaxCrossEntropyLoss', weights ? [scores, labels, weights] : [scores, labels], {
    reduction,
    ...(ignoreIndex !== undefined && { ignore_index: ignoreIndex }),
  });
}
