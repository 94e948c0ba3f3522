// AutoencoderKLWan, AutoencoderKLQwenImage and AutoencoderKLQwenImage21 of diffusers on one frame: a photo's latent is that
// of a first frame, whatever follows it, so this covers editors of videos, too.
import type { GraphBuilder, Value } from 'onnx-grad';
import { PhotoGuardError } from '../../errors.ts';
import { conv2d, silu, upsampleNearest2x } from '../layers.ts';
import type { TensorStore } from '../weights.ts';
import { WeightsByGraph } from '../weights.ts';
import type { Autoencoder, Posterior } from './autoencoder.ts';
import { byChannel, type LatentFormat, patchTokens, tokens } from './latent-format.ts';
import { shuffle, unshuffle } from './patches.ts';
import type { Preparation } from './preparation.ts';
import type { WanConfig } from './wan-config.ts';
import {
  causalConv,
  meanShortcut,
  pixelNorm,
  repeatShortcut,
  type WanContext,
  wanMiddle,
  wanResnet,
} from './wan-layers.ts';

const QWEN_AREA = 1024 * 1024;
const PACKING = {
  AutoencoderKLWan: undefined,
  AutoencoderKLQwenImage: patchTokens,
  AutoencoderKLQwenImage21: tokens,
} as const;

/** See the head of this file. */
export class AutoencoderKLWan implements Autoencoder {
  readonly config: WanConfig;
  readonly latentFormat: LatentFormat;
  readonly preparation: Preparation;
  readonly scalingFactor = 1;
  readonly shiftFactor = 0;
  readonly #weights: WeightsByGraph;

  constructor(config: WanConfig, store: TensorStore) {
    this.config = config;
    const { className, latentsMean, latentsStd } = config;
    this.latentFormat = byChannel(latentsMean, latentsStd, PACKING[className]);
    this.preparation =
      className === 'AutoencoderKLWan'
        ? { multiple: 2 * this.factor, fit: 'asked' }
        : { multiple: 32, fit: 'area', area: QWEN_AREA };
    this.#weights = new WeightsByGraph(store);
  }

  get architecture(): string {
    return this.config.className;
  }

  get latentChannels(): number {
    return this.config.latentChannels;
  }

  get factor(): number {
    return this.config.patch * 2 ** (this.config.encoderChannels.length - 1);
  }

  /** Where the encoder takes alpha, an image may have it or not: without, it is opaque. */
  encode(g: GraphBuilder, image: Value): Posterior {
    const context = this.#context(g);
    const { encoderChannels, latentChannels } = this.config;
    this.#requireSize(image);
    const input = this.#withAlpha(g, image);
    const start = this.config.patch === 2 ? unshuffle(g, input, 'columns') : input;
    let x = causalConv(context, 'encoder.conv_in', start, encoderChannels[0]!, 3);
    x = this.config.hasShortcuts ? this.#levelsInwards(context, x) : this.#layersInwards(context, x);
    x = wanMiddle(context, 'encoder.mid_block', x);
    x = silu(g, pixelNorm(context, 'encoder.norm_out', x));
    x = causalConv(context, 'encoder.conv_out', x, 2 * latentChannels, 3);
    const moments = causalConv(context, 'quant_conv', x, 2 * latentChannels, 1);
    return {
      mean: g.slice(moments, [1], [0], [latentChannels]),
      logvar: g.op('Clip', [
        g.slice(moments, [1], [latentChannels], [2 * latentChannels]),
        g.scalar(-30),
        g.scalar(20),
      ]),
    };
  }

  /** As diffusers decodes: clamped to [-1, 1], beyond which there is no gradient. Alpha is left out. */
  decode(g: GraphBuilder, latent: Value): Value {
    const channels = this.decodeUnclamped(g, latent);
    const image = channels.shape[1] === 3 ? channels : g.slice(channels, [1], [0], [3]);
    return g.op('Clip', [image, g.scalar(-1), g.scalar(1)]);
  }

  /** The same before the clamp, with all channels that the decoder has. */
  decodeUnclamped(g: GraphBuilder, latent: Value): Value {
    const context = this.#context(g);
    const { decoderChannels, latentChannels, imageChannels, patch } = this.config;
    const start = causalConv(context, 'post_quant_conv', latent, latentChannels, 1);
    let x = causalConv(context, 'decoder.conv_in', start, decoderChannels.at(-1)!, 3);
    x = wanMiddle(context, 'decoder.mid_block', x);
    x = this.#outwards(context, x);
    x = silu(g, pixelNorm(context, 'decoder.norm_out', x));
    x = causalConv(context, 'decoder.conv_out', x, imageChannels * patch ** 2, 3);
    return patch === 2 ? shuffle(g, x, 'columns') : x;
  }

  #context(g: GraphBuilder): WanContext {
    return { g, weights: this.#weights.in(g), hasTime: this.config.hasTime };
  }

  // One list of blocks, levels or not.
  #layersInwards(context: WanContext, start: Value): Value {
    let [x, at] = [start, 0];
    const name = (): string => `encoder.down_blocks.${at++}`;
    this.config.encoderChannels.forEach((out, level) => {
      for (let block = 0; block < this.config.blocks; block++) x = wanResnet(context, name(), x, out);
      if (level < this.config.encoderChannels.length - 1) x = halve(context, name(), x);
    });
    return x;
  }

  #levelsInwards(context: WanContext, start: Value): Value {
    const last = this.config.encoderChannels.length - 1;
    return this.config.encoderChannels.reduce((entering, out, level) => {
      const name = `encoder.down_blocks.${level}`;
      let x = entering;
      for (let block = 0; block < this.config.blocks; block++)
        x = wanResnet(context, `${name}.resnets.${block}`, x, out);
      if (level < last) x = halve(context, `${name}.downsampler`, x);
      const halvesTime = this.config.halvesTime[level] ?? false;
      return context.g.add(x, meanShortcut(context, entering, out, level < last, halvesTime));
    }, start);
  }

  #outwards(context: WanContext, start: Value): Value {
    const { decoderChannels, hasShortcuts, blocks } = this.config;
    const doublesTime = [...this.config.halvesTime].reverse();
    return [...decoderChannels].reverse().reduce((entering, out, level) => {
      const name = `decoder.up_blocks.${level}`;
      let x = entering;
      for (let block = 0; block <= blocks; block++) x = wanResnet(context, `${name}.resnets.${block}`, x, out);
      if (level === decoderChannels.length - 1) return x;
      // Without shortcuts the channels are halved on the way.
      const sampler = `${name}.${hasShortcuts ? 'upsampler' : 'upsamplers.0'}.resample.1`;
      x = conv2d(context, sampler, upsampleNearest2x(context, x), { out: hasShortcuts ? out : out / 2, kernel: 3 });
      return hasShortcuts ? context.g.add(x, repeatShortcut(context, entering, out, doublesTime[level]!)) : x;
    }, start);
  }

  #withAlpha(g: GraphBuilder, image: Value): Value {
    const [n, channels, h, w] = image.shape as [number, number, number, number];
    if (channels === this.config.imageChannels) return image;
    return g.concat([image, g.expand(g.scalar(1), [n, 1, h, w])], 1);
  }

  // Without shortcuts and patches sizes are rounded down at every level, as in diffusers.
  #requireSize({ shape }: Value): void {
    const isFree = !this.config.hasShortcuts && this.config.patch === 1;
    if (isFree || shape.slice(2).every((side) => side % this.factor === 0)) return;
    throw new PhotoGuardError('input', `both sides must be multiples of ${this.factor} for ${this.architecture}`, {
      got: `${shape[3]}x${shape[2]}`,
    });
  }
}

const halve = (context: WanContext, name: string, x: Value): Value =>
  conv2d(context, `${name}.resample.1`, x, { out: x.shape[1]!, kernel: 3, stride: 2, pads: [0, 0, 1, 1] });
