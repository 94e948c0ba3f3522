// An autoencoder's round trip D(E(x)) as part of a graph, with pictures in [0, 1].
import type { GraphBuilder, Value } from 'onnx-grad';
import type { Autoencoder } from '../models/index.ts';

/** Writes the round trip of an image [1, 3, H, W] in [0, 1] through the mean of its posterior. Not clipped. */
export function roundTrip(g: GraphBuilder, autoencoder: Autoencoder, image: Value): Value {
  const { mean } = autoencoder.encode(g, g.shift(g.scale(image, 2), -1));
  return g.scale(g.shift(autoencoder.decode(g, mean), 1), 0.5);
}
