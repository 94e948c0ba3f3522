// The loss of an encoder attack as a graph, and the model that it is made of.
import { type Graph, GraphBuilder } from 'onnx-grad';
import type { Size } from '../../image/index.ts';
import type { Encoder } from '../../models/index.ts';
import { toSigned } from '../../view/index.ts';
import type { SpaceEncoder } from '../space-encoder.ts';

/** A model that is attacked. */
export interface Victim<E extends Encoder = Encoder> {
  /** The reference as the user gave it: an alias, a hub id, a folder. */
  readonly ref: string;
  readonly autoencoder: E;
  /** The encoders of its latent spaces, where it has several (a surrogate). Default: the autoencoder's alone. */
  readonly spaces?: readonly SpaceEncoder[];
}

/** Inputs `image` [1, 3, H, W] in [0, 1] and `target`; outputs `loss` and `latent` (the posterior mean). */
export function encoderLossGraph(autoencoder: Encoder, { width, height }: Size): Graph {
  const g = new GraphBuilder('encoder-attack');
  const image = g.input('image', 'float32', [1, 3, height, width]);
  const { mean } = autoencoder.encode(g, toSigned(g, image));
  const target = g.input('target', 'float32', mean.shape);
  g.output('loss', g.reduce('ReduceL2', g.sub(mean, target), [0, 1, 2, 3], false));
  g.output('latent', mean);
  return g.build();
}
