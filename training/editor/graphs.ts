// A text-conditional inpainting UNet with its text encoder, as graphs to train and to evaluate.
import { type Graph, GraphBuilder, type Value } from 'onnx-grad';
import type { CLIPTextModel, UNet2DConditionModel } from 'photoguard/models';

/** The networks that are trained together. */
export interface EditorModels {
  readonly unet: UNet2DConditionModel;
  readonly text: CLIPTextModel;
}

/**
 * Inputs: `sample` [n, 9, s, s], `time` [n, width] (timeProjection of the timesteps), `ids` [n, tokens]. Output:
 * `prediction` [n, 4, s, s].
 */
export function predictionGraph(models: EditorModels, size: number, side: number): Graph {
  const g = new GraphBuilder('prediction');
  g.output('prediction', predict(g, models, size, side));
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
  const { inChannels, blockOutChannels } = unet.config;
  const sample = g.input('sample', 'float32', [size, inChannels, side, side]);
  const time = g.input('time', 'float32', [size, blockOutChannels[0]!]);
  const ids = g.input('ids', 'int64', [size, text.config.maxTokens]);
  return unet.predict(g, { sample, time, textStates: text.encode(g, ids).last });
}
