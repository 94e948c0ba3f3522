// AutoencoderDC of diffusers, the deep-compression autoencoder of SANA: 32 pixels to a latent position, deterministic latents.
import type { GraphBuilder, Value } from 'onnx-grad';
import { PhotoGuardError } from '../../errors.ts';
import type { LayerContext } from '../layers.ts';
import { conv2d } from '../layers.ts';
import type { TensorStore } from '../weights.ts';
import { WeightsByGraph } from '../weights.ts';
import type { Autoencoder, Posterior } from './autoencoder.ts';
import type { AutoencoderDCConfig } from './dc-config.ts';
import { activate, dcBlock, dcDown, dcUp, rmsNorm } from './dc-layers.ts';
import { meanChannels, repeatChannels } from './patches.ts';

/** See the head of this file. */
export class AutoencoderDC implements Autoencoder {
  readonly architecture = 'AutoencoderDC';
  readonly config: AutoencoderDCConfig;
  readonly shiftFactor = 0;
  readonly preparation = { multiple: 32, fit: 'asked' } as const;
  readonly #weights: WeightsByGraph;

  constructor(config: AutoencoderDCConfig, store: TensorStore) {
    this.config = config;
    this.#weights = new WeightsByGraph(store);
  }

  get latentChannels(): number {
    return this.config.latentChannels;
  }

  get factor(): number {
    return 2 ** (this.config.encoder.length - 1);
  }

  get scalingFactor(): number {
    return this.config.scalingFactor;
  }

  encode(g: GraphBuilder, image: Value): Posterior {
    this.#requireSize(image);
    const context = this.#context(g);
    const { encoder, downsample: kind, latentChannels, headSize } = this.config;
    // Without layers at the first level the picture is halved at once.
    let x =
      encoder[0]!.layers > 0
        ? conv2d(context, 'encoder.conv_in', image, { out: encoder[0]!.channels, kernel: 3 })
        : dcDown(context, 'encoder.conv_in', image, { out: encoder[1]!.channels, kind, shortcut: false });
    encoder.forEach((level, i) => {
      const name = `encoder.down_blocks.${i}`;
      for (let layer = 0; layer < level.layers; layer++) x = dcBlock(context, `${name}.${layer}`, x, level, headSize);
      const next = encoder[i + 1];
      if (next && level.layers > 0)
        x = dcDown(context, `${name}.${level.layers}`, x, { out: next.channels, kind, shortcut: true });
    });
    const mean = conv2d(context, 'encoder.conv_out', x, { out: latentChannels, kernel: 3 });
    return { mean: this.config.encoderShortcut ? g.add(mean, meanChannels(g, x, latentChannels)) : mean };
  }

  decode(g: GraphBuilder, latent: Value): Value {
    const context = this.#context(g);
    const { decoder, upsample: kind, headSize } = this.config;
    const deepest = decoder.at(-1)!.channels;
    let x = conv2d(context, 'decoder.conv_in', latent, { out: deepest, kernel: 3 });
    if (this.config.decoderShortcut) x = g.add(x, repeatChannels(g, latent, deepest));
    for (const [i, level] of [...decoder.entries()].reverse()) {
      const name = `decoder.up_blocks.${i}`;
      const first = i < decoder.length - 1 && level.layers > 0 ? 1 : 0;
      if (first) x = dcUp(context, `${name}.0`, x, { out: level.channels, kind, shortcut: true });
      for (let layer = 0; layer < level.layers; layer++)
        x = dcBlock(context, `${name}.${first + layer}`, x, level, headSize);
    }
    x = activate(context, this.config.decoderAct, rmsNorm(context, 'decoder.norm_out', x));
    return decoder[0]!.layers > 0
      ? conv2d(context, 'decoder.conv_out', x, { out: 3, kernel: 3 })
      : dcUp(context, 'decoder.conv_out', x, { out: 3, kind, shortcut: false });
  }

  #context(g: GraphBuilder): LayerContext {
    return { g, weights: this.#weights.in(g) };
  }

  #requireSize({ shape }: Value): void {
    if (shape.slice(2).every((side) => side % this.factor === 0)) return;
    throw new PhotoGuardError('input', `both sides must be multiples of ${this.factor} for AutoencoderDC`, {
      got: `${shape[3]}x${shape[2]}`,
    });
  }
}
