// An autoencoder as the rest of the library sees it, whatever its architecture.
import type { GraphBuilder, Value } from 'onnx-grad';
import type { LatentFormat } from './latent-format.ts';
import type { Preparation } from './preparation.ts';

/** An encoder's output for an image. */
export interface Posterior {
  /** Mean of the latent distribution, [N, latentChannels, H / factor, W / factor]; neither scaled nor shifted. */
  readonly mean: Value;
  /** Log variance, of the same shape, clamped to [-30, 20]; absent for a deterministic encoder. */
  readonly logvar?: Value;
}

/** An encoder that can be written into graphs: all that an attack on latents needs. */
export interface Encoder {
  /** The class in its config.json. */
  readonly architecture: string;
  /** Channels of a latent: 4 to 64 in what is published. */
  readonly latentChannels: number;
  /** Pixels per latent position, along each side. */
  readonly factor: number;
  /** A pipeline's latent is (mean - shiftFactor) * scalingFactor, unless there is a `latentFormat`. */
  readonly scalingFactor: number;
  /** Subtracted from a latent before it is scaled. */
  readonly shiftFactor: number;
  /** How editing pipelines pass latents on, where it is more than one factor and one shift. */
  readonly latentFormat?: LatentFormat;
  /** How an editing pipeline sizes a photo for it; default: multiples of `factor`. */
  readonly preparation?: Preparation;
  /** Whether it looks at each place and its surroundings only: then a picture may be encoded in tiles. Default: false. */
  readonly isLocal?: boolean;
  /** Writes the encoder of an image [N, 3, H, W] in [-1, 1]. @throws PhotoGuardError for missing or misshapen weights */
  encode(g: GraphBuilder, image: Value): Posterior;
}

/** An autoencoder that can be written into graphs. */
export interface Autoencoder extends Encoder {
  /** Writes the decoder of an unscaled latent; the image is nominally in [-1, 1]. @throws PhotoGuardError like encode */
  decode(g: GraphBuilder, latent: Value): Value;
}
