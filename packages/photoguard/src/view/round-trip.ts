// An autoencoder's round trip D(E(x)) as part of a graph, with pictures in [0, 1].
import type { GraphBuilder, Value } from 'onnx-grad';
import type { Autoencoder } from '../models/index.ts';
import { fromSigned, toSigned } from './range.ts';

/** Writes the round trip of an image [1, 3, H, W] in [0, 1] through the mean of its posterior. Not clipped. */
export const roundTrip = (g: GraphBuilder, autoencoder: Autoencoder, image: Value): Value =>
  fromSigned(g, autoencoder.decode(g, autoencoder.encode(g, toSigned(g, image)).mean));
