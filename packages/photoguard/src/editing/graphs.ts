// The three graphs of an edit: a photo to its latent, a noisy latent to the guided prediction, a latent to pixels. The
// diffusion attack differentiates each as it is.
import type { Graph, Value } from 'onnx-grad';
import { GraphBuilder } from 'onnx-grad';
import type { Size } from '../image/index.ts';
import type { Autoencoder, Pipeline } from '../models/index.ts';
import { toSigned } from '../view/index.ts';
import { chooseConditioning } from './conditioning/conditioning.ts';

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

/** Writes the decoder of a latent scaled as in pipelines. The picture is nominally in [-1, 1], not clamped. */
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
  readonly pipeline: Pipeline;
  readonly size: Size;
  /** Branches that guidance compares, in one batch; 1: no guidance. */
  readonly branches: number;
}

/**
 * `latent` (scaled by the step's inputScale), `time` [1, width], what each branch is told ([n, ...], see `Prompts`),
 * what the UNet is shown of the photo (see `PhotoWay`: for inpainting `mask` [1, 1, h, w] and `shown`, the masked
 * photo's latent), and with guidance `guidance` [n - 1], to `prediction`: e0 + s1 (e1 - e0) + ...
 */
export function predictionGraph(options: PredictionGraphOptions): Graph {
  const g = new GraphBuilder('unet');
  g.output('prediction', writePrediction(g, options).prediction);
  return g.build();
}

/** Writes the same into a graph, with its inputs. */
export function writePrediction(
  g: GraphBuilder,
  { pipeline, size, branches: n }: PredictionGraphOptions,
): { readonly latent: Value; readonly prediction: Value } {
  const { unet, autoencoder } = pipeline;
  const { prompts, photo } = chooseConditioning(pipeline);
  const shape = latentShape(autoencoder, size);
  const input = (name: string, dims: readonly number[]): Value => g.input(name, 'float32', dims);
  const inputs = new Map<string, Value>();
  const latent = input('latent', shape);
  const time = input('time', [1, unet.timeWidth]);
  for (const [name, dims] of Object.entries({ ...prompts.inputs, ...photo.perBranch }))
    inputs.set(name, input(name, [n, ...dims]));
  for (const [name, dims] of Object.entries(photo.shared(shape))) inputs.set(name, input(name, dims));
  const given = (name: string): Value => inputs.get(name)!;
  const latents = n === 1 ? latent : g.concat(new Array<Value>(n).fill(latent), 0);
  const sample = photo.sample(g, { latents, autoencoder, given });
  const all = unet.predict(g, { sample, time, ...prompts.write(given) });
  if (all.shape[1] !== shape[1]) throw new Error('the UNet does not return a latent');
  if (n === 1) return { latent, prediction: all };
  const scales = input('guidance', [n - 1]);
  const branch = (k: number): Value => g.slice(all, [0], [k], [k + 1]);
  let prediction = branch(0);
  for (let k = 1; k < n; k++) {
    const scale = g.reshape(n === 2 ? scales : g.slice(scales, [0], [k - 1], [k]), [1, 1, 1, 1]);
    prediction = g.add(prediction, g.mul(scale, g.sub(branch(k), branch(k - 1))));
  }
  return { latent, prediction };
}
