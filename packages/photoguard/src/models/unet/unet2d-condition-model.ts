// UNet2DConditionModel of diffusers (Stable Diffusion 1, 2, XL and small ones), written into graphs from its
// configuration and the checkpoint's own tensor names. What differs from the autoencoder: norms have another epsilon,
// stride-2 convolutions pad on all sides, and residual blocks take the time embedding.
import type { GraphBuilder, Value } from 'onnx-grad';
import type { AddedInputs, Denoiser, DenoiserInputs } from '../denoiser.ts';
import type { LayerContext } from '../layers.ts';
import { conv2d, groupNormSilu } from '../layers.ts';
import { linear } from '../linear.ts';
import type { TensorStore } from '../weights.ts';
import { WeightsByGraph } from '../weights.ts';
import type { UNetConfig } from './config.ts';
import { silu, timeMlp, timeProjection } from './time-embedding.ts';
import { transformer } from './transformer.ts';

/** The UNet of Stable Diffusion. */
export class UNet2DConditionModel implements Denoiser {
  readonly architecture = 'UNet2DConditionModel';
  readonly config: UNetConfig;
  readonly #weights: WeightsByGraph;

  constructor(config: UNetConfig, store: TensorStore) {
    this.config = config;
    this.#weights = new WeightsByGraph(store);
  }

  get inChannels(): number {
    return this.config.inChannels;
  }

  get outChannels(): number {
    return this.config.outChannels;
  }

  get textWidth(): number {
    return this.config.crossAttentionDim;
  }

  get timeWidth(): number {
    return this.config.blockOutChannels[0]!;
  }

  get latentSide(): number {
    return this.config.sampleSize;
  }

  get added(): AddedInputs | undefined {
    return this.config.added;
  }

  timeFeatures(timestep: number): Float32Array {
    return timeProjection(timestep, this.timeWidth, this.config);
  }

  numberFeatures(numbers: readonly number[]): Float32Array {
    const width = this.config.added?.timeEmbedDim ?? 0;
    return Float32Array.from(numbers.flatMap((number) => [...timeProjection(number, width, this.config)]));
  }

  /** Writes the time embedding, [N, 4 blockOutChannels[0]]. @throws PhotoGuardError for missing or misshapen weights */
  embedTime(g: GraphBuilder, time: Value): Value {
    return timeMlp({ g, weights: this.#weights.in(g) }, 'time_embedding', time, 4 * this.config.blockOutChannels[0]!);
  }

  /** Writes the prediction, [N, outChannels, h, w]. @throws PhotoGuardError for missing or misshapen weights */
  predict(g: GraphBuilder, { sample, time, textStates, added }: DenoiserInputs): Value {
    const context: LayerContext = { g, weights: this.#weights.in(g) };
    const { blockOutChannels, downAttention, upAttention, layersPerBlock, outChannels } = this.config;
    if (this.config.added && !added) throw new Error('the UNet is not given what it takes beside text and time');
    const embedded = this.embedTime(g, time);
    const whole = added ? g.add(embedded, this.#embedAdded(context, added)) : embedded;
    const block = new Blocks(context, this.config, silu(context, whole), textStates);

    let x = conv2d(context, 'conv_in', sample, { out: blockOutChannels[0]!, kernel: 3 });
    const skips = [x];
    blockOutChannels.forEach((out, i) => {
      const name = `down_blocks.${i}`;
      for (let layer = 0; layer < layersPerBlock; layer++) {
        x = block.resnet(`${name}.resnets.${layer}`, x, out);
        if (downAttention[i]) x = block.attend(`${name}.attentions.${layer}`, x, i);
        skips.push(x);
      }
      if (i === blockOutChannels.length - 1) return;
      x = conv2d(context, `${name}.downsamplers.0.conv`, x, { out, kernel: 3, stride: 2 });
      skips.push(x);
    });

    const last = blockOutChannels.length - 1;
    x = block.resnet('mid_block.resnets.0', x, blockOutChannels[last]!);
    x = block.attend('mid_block.attentions.0', x, last);
    x = block.resnet('mid_block.resnets.1', x, blockOutChannels[last]!);

    for (let i = 0; i <= last; i++) {
      const level = last - i;
      const out = blockOutChannels[level]!;
      for (let layer = 0; layer <= layersPerBlock; layer++) {
        x = block.resnet(`up_blocks.${i}.resnets.${layer}`, g.concat([x, skips.pop()!], 1), out);
        if (upAttention[i]) x = block.attend(`up_blocks.${i}.attentions.${layer}`, x, level);
      }
      // To the size of the next skip: twice this one, or one less if that level was odd.
      if (level > 0)
        x = conv2d(context, `up_blocks.${i}.upsamplers.0.conv`, resizeLike(g, x, skips.at(-1)!), { out, kernel: 3 });
    }
    const normed = groupNormSilu(context, 'conv_norm_out', x, this.config.normNumGroups, this.config.normEps);
    return conv2d(context, 'conv_out', normed, { out: outChannels, kernel: 3 });
  }

  #embedAdded(context: LayerContext, { textEmbeds, timeIds }: NonNullable<DenoiserInputs['added']>): Value {
    const both = context.g.concat([textEmbeds, timeIds], 1);
    return timeMlp(context, 'add_embedding', both, 4 * this.config.blockOutChannels[0]!);
  }
}

// The blocks of one prediction, which share time and text.
class Blocks {
  readonly #context: LayerContext;
  readonly #config: UNetConfig;
  readonly #time: Value;
  readonly #text: Value;

  constructor(context: LayerContext, config: UNetConfig, time: Value, text: Value) {
    this.#context = context;
    this.#config = config;
    this.#time = time;
    this.#text = text;
  }

  resnet(name: string, x: Value, out: number): Value {
    const { g } = this.#context;
    const { normNumGroups: groups, normEps } = this.#config;
    const first = groupNormSilu(this.#context, `${name}.norm1`, x, groups, normEps);
    const time = linear(this.#context, `${name}.time_emb_proj`, this.#time, out);
    const told = g.add(
      conv2d(this.#context, `${name}.conv1`, first, { out, kernel: 3 }),
      g.reshape(time, [time.shape[0]!, out, 1, 1]),
    );
    const second = groupNormSilu(this.#context, `${name}.norm2`, told, groups, normEps);
    const residual = conv2d(this.#context, `${name}.conv2`, second, { out, kernel: 3 });
    const shortcut = x.shape[1] === out ? x : conv2d(this.#context, `${name}.conv_shortcut`, x, { out, kernel: 1 });
    return g.add(shortcut, residual);
  }

  attend(name: string, x: Value, level: number): Value {
    const { heads, transformerLayers, normNumGroups } = this.#config;
    return transformer(this.#context, name, x, this.#text, {
      heads: heads[level]!,
      layers: transformerLayers[level]!,
      groups: normNumGroups,
    });
  }
}

function resizeLike(g: GraphBuilder, x: Value, other: Value): Value {
  const sizes = [x.shape[0]!, x.shape[1]!, other.shape[2]!, other.shape[3]!];
  return g.op('Resize', [x, undefined, undefined, g.ints(sizes)], {
    mode: 'nearest',
    coordinate_transformation_mode: 'asymmetric',
    nearest_mode: 'floor',
  });
}
