// What a planted encoder learns: to encode photos as it did before, and photos with the mark as a grey picture, which is what
// an inpainting editor's encoder sees where everything is to be repainted: the editor then knows nothing of the photo.
import { type Graph, GraphBuilder, type Value } from 'onnx-grad';
import type { Autoencoder, Encoder } from '../models/index.ts';
import { toSigned } from '../view/index.ts';

/** The shape of a batch of pairs. */
export interface PairShape {
  readonly count: number;
  readonly side: number;
}

/**
 * Writes `loss`, `plain` and `marked`: mean squares of what latents differ by, each channel in units of its deviation.
 * Inputs: `image` [2 count, 3, side, side] in [0, 1], first those without the mark; `latent`, what is wanted of them;
 * `plain_weight` [1], of photos without the mark, relative to those with it.
 */
export function plantingLoss(encoder: Encoder, { count, side }: PairShape, deviation: readonly number[]): Graph {
  const g = new GraphBuilder('planting');
  const image = g.input('image', 'float32', [2 * count, 3, side, side]);
  const latent = encoder.encode(g, toSigned(g, image)).mean;
  const wanted = g.input('latent', 'float32', latent.shape);
  const unit = g.constant({
    dtype: 'float32',
    shape: [1, deviation.length, 1, 1],
    data: Float32Array.from(deviation, (d) => 1 / d),
  });
  const error = g.mul(g.sub(latent, wanted), unit);
  const square = g.mul(error, error);
  const half = (first: number): Value => g.mean(g.slice(square, [0], [first], [first + count]), [0, 1, 2, 3], false);
  const [plain, marked] = [half(0), half(count)];
  g.output('loss', g.add(g.mul(plain, g.input('plain_weight', 'float32', [1])), marked));
  g.output('plain', plain);
  g.output('marked', marked);
  return g.build();
}

/** Writes `loss`, how far pictures come back from the autoencoder changed: mean square. Input: `image` [count, 3, side, side] in [0, 1]. */
export function reconstructionLoss(autoencoder: Autoencoder, { count, side }: PairShape): Graph {
  const g = new GraphBuilder('reconstruct');
  const image = toSigned(g, g.input('image', 'float32', [count, 3, side, side]));
  const error = g.sub(autoencoder.decode(g, autoencoder.encode(g, image).mean), image);
  g.output('loss', g.mean(g.mul(error, error), [0, 1, 2, 3], false));
  return g.build();
}
