// How far an encoder's latents are from those that are wanted.
import { type Graph, GraphBuilder } from 'onnx-grad';
import type { Encoder } from 'photoguard/models';
import { toSigned } from 'photoguard/view';
import type { BatchShape } from '../common/batch-shape.ts';

/** Writes `loss`, a mean square. Inputs: `image` [size, 3, side, side] in [0, 1]; `latent`, what is wanted. */
export function latentLoss(encoder: Encoder, { size, side }: BatchShape): Graph {
  const g = new GraphBuilder('latents');
  const { mean } = encoder.encode(g, toSigned(g, g.input('image', 'float32', [size, 3, side, side])));
  const error = g.sub(mean, g.input('latent', 'float32', mean.shape));
  g.output('loss', g.mean(g.mul(error, error), [0, 1, 2, 3], false));
  return g.build();
}
