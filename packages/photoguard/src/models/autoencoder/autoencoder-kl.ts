// AutoencoderKL of diffusers (Stable Diffusion 1, 2, XL, 3; FLUX.1), written into graphs from its configuration and
// the checkpoint's own tensor names. Norms have epsilon 1e-6; stride-2 convolutions pad right and bottom only.
import type { GraphBuilder, Value } from 'onnx-grad';
import type { AutoencoderKLConfig } from '../config.ts';
import type { LayerContext } from '../layers.ts';
import { conv2d, groupNormSilu, upsampleNearest2x } from '../layers.ts';
import type { TensorStore } from '../weights.ts';
import { WeightsByGraph } from '../weights.ts';
import { attentionBlock } from './attention.ts';
import type { Autoencoder, Posterior } from './autoencoder.ts';
import { resnetBlock } from './resnet-block.ts';

const EPSILON = 1e-6;

/** The autoencoder of latent diffusion with a Gaussian posterior. */
export class AutoencoderKL implements Autoencoder {
  readonly architecture = 'AutoencoderKL';
  readonly config: AutoencoderKLConfig;
  readonly #weights: WeightsByGraph;

  constructor(config: AutoencoderKLConfig, store: TensorStore) {
    this.config = config;
    this.#weights = new WeightsByGraph(store);
  }

  get latentChannels(): number {
    return this.config.latentChannels;
  }

  get factor(): number {
    return 2 ** (this.config.blockOutChannels.length - 1);
  }

  get scalingFactor(): number {
    return this.config.scalingFactor;
  }

  get shiftFactor(): number {
    return this.config.shiftFactor;
  }

  encode(g: GraphBuilder, image: Value): Posterior {
    const context = this.#context(g);
    const { blockOutChannels, layersPerBlock, latentChannels, useQuantConv } = this.config;
    let x = conv2d(context, 'encoder.conv_in', image, { out: blockOutChannels[0]!, kernel: 3 });
    blockOutChannels.forEach((out, i) => {
      const block = `encoder.down_blocks.${i}`;
      for (let layer = 0; layer < layersPerBlock; layer++)
        x = this.#resnet(context, `${block}.resnets.${layer}`, x, out);
      if (i < blockOutChannels.length - 1)
        x = conv2d(context, `${block}.downsamplers.0.conv`, x, { out, kernel: 3, stride: 2, pads: [0, 0, 1, 1] });
    });
    x = this.#outward(context, 'encoder', this.#middle(context, 'encoder', x), 2 * latentChannels);
    const moments = useQuantConv ? conv2d(context, 'quant_conv', x, { out: 2 * latentChannels, kernel: 1 }) : x;
    const logvar = g.slice(moments, [1], [latentChannels], [2 * latentChannels]);
    return {
      mean: g.slice(moments, [1], [0], [latentChannels]),
      logvar: g.op('Clip', [logvar, g.scalar(-30), g.scalar(20)]),
    };
  }

  decode(g: GraphBuilder, latent: Value): Value {
    const context = this.#context(g);
    const { layersPerBlock, latentChannels, usePostQuantConv, outChannels } = this.config;
    const channels = [...this.config.decoderBlockOutChannels].reverse();
    const start = usePostQuantConv
      ? conv2d(context, 'post_quant_conv', latent, { out: latentChannels, kernel: 1 })
      : latent;
    let x = conv2d(context, 'decoder.conv_in', start, { out: channels[0]!, kernel: 3 });
    x = this.#middle(context, 'decoder', x);
    channels.forEach((out, i) => {
      const block = `decoder.up_blocks.${i}`;
      for (let layer = 0; layer <= layersPerBlock; layer++)
        x = this.#resnet(context, `${block}.resnets.${layer}`, x, out);
      if (i < channels.length - 1)
        x = conv2d(context, `${block}.upsamplers.0.conv`, upsampleNearest2x(context, x), { out, kernel: 3 });
    });
    return this.#outward(context, 'decoder', x, outChannels);
  }

  #context(g: GraphBuilder): LayerContext {
    return { g, weights: this.#weights.in(g) };
  }

  #resnet(context: LayerContext, name: string, x: Value, out: number): Value {
    return resnetBlock(context, name, x, out, this.config.normNumGroups, EPSILON);
  }

  #middle(context: LayerContext, side: string, x: Value): Value {
    const channels = x.shape[1]!;
    const first = this.#resnet(context, `${side}.mid_block.resnets.0`, x, channels);
    const attended = this.config.midBlockAddAttention
      ? attentionBlock(context, `${side}.mid_block.attentions.0`, first, this.config.normNumGroups, EPSILON)
      : first;
    return this.#resnet(context, `${side}.mid_block.resnets.1`, attended, channels);
  }

  #outward(context: LayerContext, side: string, x: Value, out: number): Value {
    const normed = groupNormSilu(context, `${side}.conv_norm_out`, x, this.config.normNumGroups, EPSILON);
    return conv2d(context, `${side}.conv_out`, normed, { out, kernel: 3 });
  }
}
