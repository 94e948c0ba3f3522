// One look of a UNet at a noisy latent, as a program: the noise that it predicts, a loss of that, and the loss's
// gradient. Editors predict noise, the clean latent or a mixture (v); the noise follows from each of them and the
// latent.
import type { Graph, Value } from 'onnx-grad';
import { GraphBuilder, grad } from 'onnx-grad';
import { findPhotoWay, latentShape, writePrediction } from '../../editing/index.ts';
import type { Size } from '../../image/index.ts';
import type { Pipeline } from '../../models/index.ts';
import type { PredictionType } from '../../schedulers/index.ts';

/**
 * The loss: `error` is the mean squared error between the predicted noise and the noise added, `norm` the Euclidean
 * norm of the UNet's prediction.
 */
export type Score = 'error' | 'norm';

/**
 * Inputs of an unguided prediction (see `predictionGraph`), `toNoise` [2] (see {@link toNoise}) and `noise` [1, C, h,
 * w]; outputs `loss` and `direction`, the predicted noise minus the noise added.
 */
export function scoreGraph(pipeline: Pipeline, size: Size, score: Score): Graph {
  const g = new GraphBuilder('score');
  const shape = latentShape(pipeline.autoencoder, size);
  const { latent, prediction } = writePrediction(g, { pipeline, size, branches: 1 });
  const weights = g.input('toNoise', 'float32', [2]);
  const weight = (i: number): Value => g.reshape(g.slice(weights, [0], [i], [i + 1]), [1, 1, 1, 1]);
  const found = g.add(g.mul(weight(0), prediction), g.mul(weight(1), latent));
  const direction = g.sub(found, g.input('noise', 'float32', shape));
  const all = [0, 1, 2, 3];
  const loss = score === 'error' ? g.mean(g.mul(direction, direction), all, false) : norm(g, prediction);
  g.output('loss', loss);
  g.output('direction', direction);
  return g.build();
}

/** The same with the loss's gradients by `latent` and, where the UNet is shown a latent, by `shown`. */
export const scoreGradient = (pipeline: Pipeline, size: Size, score: Score) =>
  grad(scoreGraph(pipeline, size, score), {
    loss: 'loss',
    wrt: findPhotoWay(pipeline).shown ? ['latent', 'shown'] : ['latent'],
    keep: ['direction'],
  });

const norm = (g: GraphBuilder, x: Value): Value => g.reduce('ReduceL2', x, [0, 1, 2, 3], false);

/** Weights of prediction and noisy latent in the noise, for a latent that is signal z + sigma noise. */
export function toNoise(type: PredictionType, signal: number, sigma: number): readonly [number, number] {
  if (type === 'epsilon') return [1, 0];
  if (type === 'sample') return [-signal / sigma, 1 / sigma];
  return [signal, sigma];
}
