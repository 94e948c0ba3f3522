// How editing pipelines hand the mean of an autoencoder to their denoiser: normalised, in patches, as tokens. Older ones
// scale and shift all channels alike; newer ones have a mean and a deviation for each channel.
import type { GraphBuilder, Value } from 'onnx-grad';
import { unshuffle } from './patches.ts';

/** See the head of this file. */
export interface LatentFormat {
  /** Writes a pipeline's latents of a mean [N, latentChannels, h, w]. */
  normalize(g: GraphBuilder, mean: Value): Value;
  /** Writes the mean that latents are of. */
  denormalize(g: GraphBuilder, latents: Value): Value;
  /** Writes latents as the denoiser takes them, [N, tokens, width], row by row; absent where it takes them as they are. */
  pack?(g: GraphBuilder, latents: Value): Value;
}

/** (mean - means) / deviations, a number of each a channel. */
export function byChannel(
  means: readonly number[],
  deviations: readonly number[],
  pack?: LatentFormat['pack'],
): LatentFormat {
  const constant = (g: GraphBuilder, values: readonly number[]): Value =>
    g.constant({ dtype: 'float32', shape: [values.length, 1, 1], data: Float32Array.from(values) });
  return {
    normalize: (g, mean) =>
      g.mul(
        g.sub(mean, constant(g, means)),
        constant(
          g,
          deviations.map((x) => 1 / x),
        ),
      ),
    denormalize: (g, latents) => g.add(g.mul(latents, constant(g, deviations)), constant(g, means)),
    ...(pack && { pack }),
  };
}

/** A token for each position: [N, C, h, w] to [N, h w, C]. */
export function tokens(g: GraphBuilder, latents: Value): Value {
  const [n, c, h, w] = latents.shape as [number, number, number, number];
  return g.transpose(g.reshape(latents, [n, c, h * w]), [0, 2, 1]);
}

/** A token for every 2 x 2 positions, whose values are ordered (c, dy, dx). Sides must be even. */
export const patchTokens = (g: GraphBuilder, latents: Value): Value => tokens(g, unshuffle(g, latents));
