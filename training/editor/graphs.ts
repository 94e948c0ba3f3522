// A text-conditional inpainting UNet with its text encoder, as graphs to train and to evaluate.
import { type Graph, GraphBuilder, type Value } from 'onnx-grad';
import type { Denoiser, TextEncoder } from 'photoguard/models';

/** The networks that are trained together. */
export interface EditorModels {
  readonly unet: Denoiser;
  readonly text: TextEncoder;
}

/**
 * Inputs: `sample` [n, 9, s, s], `time` [n, width] (timeFeatures of the timesteps), `ids` [n, tokens]. Output:
 * `prediction` [n, 4, s, s].
 */
export function predictionGraph(models: EditorModels, size: number, side: number): Graph {
  const g = new GraphBuilder('prediction');
  g.output('prediction', predict(g, models, size, side));
  return g.build();
}

/**
 * Inputs of {@link predictionGraph}, `target`, of the prediction's shape, and `row_weight` [n]. Output `loss`: the mean over rows
 * of their mean squared errors, each times its weight.
 */
export function weightedLossGraph(models: EditorModels, size: number, side: number): Graph {
  const g = new GraphBuilder('loss');
  const prediction = predict(g, models, size, side);
  const error = g.sub(prediction, g.input('target', 'float32', prediction.shape));
  const rows = g.mean(g.mul(error, error), [1, 2, 3], false);
  g.output('loss', g.mean(g.mul(rows, g.input('row_weight', 'float32', [size])), [0], false));
  return g.build();
}

/** Inputs of {@link predictionGraph} and `target`, of the prediction's shape. Output `loss`: the mean squared error. */
export function lossGraph(models: EditorModels, size: number, side: number): Graph {
  const g = new GraphBuilder('loss');
  const prediction = predict(g, models, size, side);
  const error = g.sub(prediction, g.input('target', 'float32', prediction.shape));
  g.output('loss', g.mean(g.mul(error, error), [0, 1, 2, 3], false));
  return g.build();
}

function predict(g: GraphBuilder, { unet, text }: EditorModels, size: number, side: number): Value {
  const sample = g.input('sample', 'float32', [size, unet.inChannels, side, side]);
  const time = g.input('time', 'float32', [size, unet.timeWidth]);
  const ids = g.input('ids', 'int64', [size, text.maxTokens]);
  return unet.predict(g, { sample, time, textStates: text.encode(g, ids).last });
}
