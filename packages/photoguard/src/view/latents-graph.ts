// Latents as encoders give them, several encoders in one graph.
import { type Graph, GraphBuilder } from 'onnx-grad';
import type { Size } from '../image/index.ts';
import type { Encoder } from '../models/index.ts';
import { toSigned } from './range.ts';

/** Pictures of one size that are encoded together. */
export interface PictureBatch extends Size {
  /** Default: 1. */
  readonly count?: number;
}

/**
 * `image` [count, 3, H, W] in [0, 1] to `latent.<k>` for each encoder k: the posterior's mean, neither scaled nor shifted.
 * What encoders of one network share is computed once.
 */
export function latentsGraph(encoders: readonly Encoder[], { count = 1, width, height }: PictureBatch): Graph {
  const g = new GraphBuilder('latents');
  const image = toSigned(g, g.input('image', 'float32', [count, 3, height, width]));
  for (const [k, encoder] of encoders.entries()) g.output(`latent.${k}`, encoder.encode(g, image).mean);
  return g.build();
}
