// A small encoder that stands in for large ones in attacks: from one trunk of convolutions it gives what the encoders of one
// or more latent spaces would give for a picture, and its gradient costs a fraction of theirs. It has no decoder.
//
// Two designs, so that what fools one by accident does not fool the other:
//   strided  strided 4x4 convolutions, SiLU, residual blocks of two 3x3 convolutions
//   pooled   averages of 2x2 pixels before each change of width (no aliasing), leaky ReLU, a 7x7 stem, residual blocks
//            with a 5x5 convolution on half the channels
// The last layer gives latents of mean 0 and deviation 1 a channel; the configuration has each channel's own.
import type { GraphBuilder, Value } from 'onnx-grad';
import { conv2d, type LayerContext } from '../layers.ts';
import { type TensorStore, WeightsByGraph } from '../weights.ts';
import type { Encoder, Posterior } from './autoencoder.ts';
import type { SurrogateConfig, SurrogateSpace } from './surrogate-config.ts';

/** Slope of the leaky ReLU below 0. */
const SLOPE = 0.1;

/** See the head of this file. */
export class SurrogateEncoder {
  readonly architecture = 'SurrogateEncoder';
  readonly config: SurrogateConfig;
  readonly #weights: WeightsByGraph;

  constructor(config: SurrogateConfig, store: TensorStore) {
    this.config = config;
    this.#weights = new WeightsByGraph(store);
  }

  /** Pixels per latent position, along each side. */
  get factor(): number {
    return 2 ** this.config.channels.length;
  }

  /** The encoder of each latent space. Those that are written into one graph share the trunk's nodes. */
  get spaces(): readonly (Encoder & { readonly space: string })[] {
    return this.config.spaces.map((space) => ({
      architecture: this.architecture,
      space: space.name,
      latentChannels: space.mean.length,
      factor: this.factor,
      isLocal: true,
      scalingFactor: space.scalingFactor,
      shiftFactor: space.shiftFactor,
      encode: (g: GraphBuilder, image: Value): Posterior => ({ mean: this.#latent(g, this.#trunk(g, image), space) }),
    }));
  }

  /** Writes the trunk of an image [N, 3, H, W] in [-1, 1]; H and W are multiples of the factor. */
  #trunk(g: GraphBuilder, image: Value): Value {
    const context: LayerContext = { g, weights: this.#weights.in(g) };
    const { channels, blocks, design } = this.config;
    let x = image;
    channels.forEach((out, level) => {
      const name = `levels.${level}`;
      x = design === 'strided' ? strided(context, name, x, out) : pooled(context, name, x, out, level === 0);
      for (let i = 0; i < blocks[level]!; i++)
        x =
          design === 'strided'
            ? siluBlock(context, `${name}.blocks.${i}`, x)
            : leakyBlock(context, `${name}.blocks.${i}`, x);
    });
    return design === 'strided' ? silu(g, x) : leaky(g, x);
  }

  #latent(g: GraphBuilder, x: Value, { name, mean, deviation }: SurrogateSpace): Value {
    const context: LayerContext = { g, weights: this.#weights.in(g) };
    const normalised = conv2d(context, `heads.${name}`, x, { out: mean.length, kernel: 3 });
    const perChannel = (values: readonly number[]): Value =>
      g.constant({ dtype: 'float32', shape: [1, values.length, 1, 1], data: Float32Array.from(values) });
    return g.add(g.mul(normalised, perChannel(deviation)), perChannel(mean));
  }
}

const silu = (g: GraphBuilder, x: Value): Value => g.mul(x, g.op('Sigmoid', [x]));
const leaky = (g: GraphBuilder, x: Value): Value => g.op('LeakyRelu', [x], { alpha: SLOPE });

const strided = (context: LayerContext, name: string, x: Value, out: number): Value =>
  conv2d(context, `${name}.down`, x, { out, kernel: 4, stride: 2, pads: [1, 1, 1, 1] });

// A convolution at the photo's full size would cost more than any other: so the stem is strided, and seven pixels wide.
function pooled(context: LayerContext, name: string, x: Value, out: number, isStem: boolean): Value {
  if (isStem) return conv2d(context, `${name}.down`, x, { out, kernel: 7, stride: 2, pads: [3, 3, 2, 2] });
  const half = context.g.op('AveragePool', [x], { kernel_shape: [2, 2], strides: [2, 2] });
  return conv2d(context, `${name}.down`, half, { out, kernel: 3 });
}

function siluBlock(context: LayerContext, name: string, x: Value): Value {
  const { g } = context;
  const out = x.shape[1]!;
  const first = conv2d(context, `${name}.conv1`, silu(g, x), { out, kernel: 3 });
  return g.add(x, conv2d(context, `${name}.conv2`, silu(g, first), { out, kernel: 3 }));
}

function leakyBlock(context: LayerContext, name: string, x: Value): Value {
  const { g } = context;
  const out = x.shape[1]!;
  const narrow = conv2d(context, `${name}.conv1`, leaky(g, x), { out: out / 2, kernel: 1 });
  const seen = conv2d(context, `${name}.conv2`, leaky(g, narrow), { out: out / 2, kernel: 5 });
  return g.add(x, conv2d(context, `${name}.conv3`, leaky(g, seen), { out, kernel: 1 }));
}
