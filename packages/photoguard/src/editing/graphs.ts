// The three graphs of an edit: a photo to its latent, a noisy latent to the guided prediction, a latent to pixels. Each
// is differentiated as it stands by the diffusion attack.
import type { Graph, Value } from 'onnx-grad';
import { GraphBuilder } from 'onnx-grad';
import type { Size } from '../image/index.ts';
import type { Autoencoder, Denoiser, TextEncoder } from '../models/index.ts';
import { toSigned } from '../view/index.ts';

/** Shape of a latent. */
export const latentShape = ({ latentChannels, factor }: Autoencoder, { width, height }: Size): readonly number[] => [
  1,
  latentChannels,
  height / factor,
  width / factor,
];

/**
 * `image` [1, 3, H, W] in [0, 1], `seen` [1, 1, H, W] (0: the pixel is grey to the editor), and for autoencoders with a
 * posterior `noise`, to `latent`: a sample of the posterior as pipelines scale it.
 */
export function encodeGraph(autoencoder: Autoencoder, size: Size): Graph {
  const { width, height } = size;
  const g = new GraphBuilder('encode');
  const image = g.input('image', 'float32', [1, 3, height, width]);
  const seen = g.input('seen', 'float32', [1, 1, height, width]);
  const { mean, logvar } = autoencoder.encode(g, g.mul(toSigned(g, image), seen));
  const sample = logvar
    ? g.add(mean, g.mul(g.op('Exp', [g.scale(logvar, 0.5)]), g.input('noise', 'float32', mean.shape)))
    : mean;
  g.output('latent', g.scale(g.shift(sample, -autoencoder.shiftFactor), autoencoder.scalingFactor));
  return g.build();
}

/** Writes the decoder of a latent as pipelines scale it. The picture is nominally in [-1, 1], not clamped. */
export const decodeLatent = (g: GraphBuilder, autoencoder: Autoencoder, latent: Value): Value =>
  autoencoder.decode(g, g.shift(g.scale(latent, 1 / autoencoder.scalingFactor), autoencoder.shiftFactor));

/** `latent` to `decoded` [1, 3, H, W], nominally in [-1, 1], not clamped. */
export function decodeGraph(autoencoder: Autoencoder, size: Size): Graph {
  const g = new GraphBuilder('decode');
  g.output('decoded', decodeLatent(g, autoencoder, g.input('latent', 'float32', latentShape(autoencoder, size))));
  return g.build();
}

/** What a prediction's graph depends on. */
export interface PredictionGraphOptions {
  readonly unet: Denoiser;
  /** [1, channels, h, w] */
  readonly latentShape: readonly number[];
  readonly tokens: number;
  /** Whether mask and masked latent are inputs too. */
  readonly inpaints: boolean;
  /** Whether there are text states for no prompt beside those of the prompt, in one batch of two. */
  readonly guided: boolean;
}

/**
 * `latent` (scaled by the step's inputScale), `time` [1, width], `text` [1 or 2, tokens, width], for inpainting `mask`
 * [1, 1, h, w] and `masked` (the masked photo's latent), with guidance `guidance` [1], to `prediction`: e, or
 * e0 + guidance (e1 - e0) of the two texts.
 */
export function predictionGraph(options: PredictionGraphOptions): Graph {
  const g = new GraphBuilder('unet');
  g.output('prediction', writePrediction(g, options).prediction);
  return g.build();
}

/** Writes the same into a graph, with its inputs. */
export function writePrediction(
  g: GraphBuilder,
  options: PredictionGraphOptions,
): { readonly latent: Value; readonly prediction: Value } {
  const { unet, latentShape: shape, tokens, inpaints, guided } = options;
  const [, channels, height, width] = shape as [number, number, number, number];
  const input = (name: string, dims: readonly number[]): Value => g.input(name, 'float32', dims);
  const latent = input('latent', shape);
  const time = input('time', [1, unet.timeWidth]);
  const textStates = input('text', [guided ? 2 : 1, tokens, unet.textWidth]);
  const one = inpaints ? g.concat([latent, input('mask', [1, 1, height, width]), input('masked', shape)], 1) : latent;
  const both = unet.predict(g, { sample: guided ? g.concat([one, one], 0) : one, time, textStates });
  if (both.shape[1] !== channels) throw new Error('the UNet does not give a latent');
  if (!guided) return { latent, prediction: both };
  const half = (i: number): Value => g.slice(both, [0], [i], [i + 1]);
  const [none, prompted] = [half(0), half(1)];
  const direction = g.mul(g.reshape(input('guidance', [1]), [1, 1, 1, 1]), g.sub(prompted, none));
  return { latent, prediction: g.add(none, direction) };
}

/** `ids` [n, tokens] to `last` [n, tokens, width], and `skipped`: `skip` layers from the end, with the final norm. */
export function textGraph(textEncoder: TextEncoder, n: number, tokens: number, skip: number): Graph {
  const g = new GraphBuilder('text');
  const { last, hidden } = textEncoder.encode(g, g.input('ids', 'int64', [n, tokens]));
  g.output('last', last);
  if (skip > 0) g.output('skipped', textEncoder.norm(g, hidden.at(-1 - skip)!));
  return g.build();
}
