// The tiny video autoencoders of the TAEHV family (taew2_1 for Wan 2.1 and Qwen-Image), for one frame, in the layout
// that their author publishes. The frame is repeated as often as one latent frame covers: blocks with a memory see the frame
// before, so the copies differ inside, until pooling makes one of them. Latents are already normalised.
import type { GraphBuilder, Value } from 'onnx-grad';
import type { LayerContext } from '../layers.ts';
import { conv2d, upsampleNearest2x } from '../layers.ts';
import type { TensorStore } from '../weights.ts';
import { WeightsByGraph } from '../weights.ts';
import type { Autoencoder, Posterior } from './autoencoder.ts';
import { shuffle, unshuffle } from './patches.ts';
import type { TinyVideoConfig } from './tiny-video-config.ts';

const WIDTH = 64;
const DECODER_WIDTHS = [256, 128, 64, 64] as const;
const LEVELS = 3;
const BLOCKS = 3;
const CLAMP = 3;

/** See the head of this file. */
export class AutoencoderTinyVideo implements Autoencoder {
  readonly architecture = 'TAEHV';
  readonly config: TinyVideoConfig;
  readonly scalingFactor = 1;
  readonly shiftFactor = 0;
  readonly #weights: WeightsByGraph;

  constructor(config: TinyVideoConfig, store: TensorStore) {
    this.config = config;
    this.#weights = new WeightsByGraph(store);
  }

  get latentChannels(): number {
    return this.config.latentChannels;
  }

  get factor(): number {
    return this.config.patch * 2 ** LEVELS;
  }

  encode(g: GraphBuilder, image: Value): Posterior {
    const context = this.#context(g);
    const { patch, pools, latentChannels } = this.config;
    const scaled = g.scale(g.shift(image, 1), 0.5);
    const start = patch === 2 ? unshuffle(g, scaled) : scaled;
    const first = g.op('Relu', [conv2d(context, 'encoder.0', start, { out: WIDTH, kernel: 3 })]);
    let frames: readonly Value[] = new Array<Value>(pools.reduce((a, b) => a * b, 1)).fill(first);
    let at = 2;
    for (const pool of pools) {
      frames = pooled(context, `encoder.${at++}`, frames, pool);
      const down = `encoder.${at++}`;
      const halved = { out: WIDTH, kernel: 3, stride: 2, bias: false };
      frames = frames.map((frame) => conv2d(context, down, frame, halved));
      for (let block = 0; block < BLOCKS; block++) frames = remembered(context, `encoder.${at++}`, frames);
    }
    return { mean: conv2d(context, `encoder.${at}`, frames[0]!, { out: latentChannels, kernel: 3 }) };
  }

  /** The last of the frames that the latent covers, as a video's first frame is taken. Not clamped. */
  decode(g: GraphBuilder, latent: Value): Value {
    const context = this.#context(g);
    const { patch, grows } = this.config;
    const clamped = g.scale(g.op('Tanh', [g.scale(latent, 1 / CLAMP)]), CLAMP);
    const first = conv2d(context, 'decoder.1', clamped, { out: DECODER_WIDTHS[0], kernel: 3 });
    let frames: readonly Value[] = [g.op('Relu', [first])];
    let at = 3;
    for (const [level, grow] of grows.entries()) {
      for (let block = 0; block < BLOCKS; block++) frames = remembered(context, `decoder.${at++}`, frames);
      at++; // the upsampling has a number too
      const [growing, narrowing] = [`decoder.${at++}`, `decoder.${at++}`];
      frames = frames.flatMap((frame) => grown(context, growing, upsampleNearest2x(context, frame), grow));
      const narrow = { out: DECODER_WIDTHS[level + 1]!, kernel: 3, bias: false };
      frames = frames.map((frame) => conv2d(context, narrowing, frame, narrow));
    }
    const last = g.op('Relu', [frames.at(-1)!]);
    const image = conv2d(context, `decoder.${at + 1}`, last, { out: 3 * patch ** 2, kernel: 3 });
    return g.shift(g.scale(patch === 2 ? shuffle(g, image) : image, 2), -1);
  }

  #context(g: GraphBuilder): LayerContext {
    return { g, weights: this.#weights.in(g) };
  }
}

// Mixes neighbouring frames, which are joined on the channels.
function pooled(context: LayerContext, name: string, frames: readonly Value[], pool: number): Value[] {
  return Array.from({ length: frames.length / pool }, (_, i) => {
    const together = frames.slice(i * pool, (i + 1) * pool);
    const joined = pool === 1 ? together[0]! : context.g.concat(together, 1);
    return conv2d(context, `${name}.conv`, joined, { out: WIDTH, kernel: 1, bias: false });
  });
}

function grown(context: LayerContext, name: string, frame: Value, grow: number): Value[] {
  const channels = frame.shape[1]!;
  const all = conv2d(context, `${name}.conv`, frame, { out: grow * channels, kernel: 1, bias: false });
  if (grow === 1) return [all];
  return Array.from({ length: grow }, (_, i) => context.g.slice(all, [1], [i * channels], [(i + 1) * channels]));
}

// A residual block that also sees the frame before: zeros for the first one.
function remembered(context: LayerContext, name: string, frames: readonly Value[]): Value[] {
  const { g, weights } = context;
  return frames.map((frame, i) => {
    const out = frame.shape[1]!;
    const weight = weights.get(`${name}.conv.0.weight`, [out, 2 * out, 3, 3]);
    const before = frames[i - 1];
    const seen = before ? g.concat([frame, before], 1) : frame;
    const kernel = before ? weight : g.slice(weight, [1], [0], [out]);
    const first = g.op('Conv', [seen, kernel, weights.get(`${name}.conv.0.bias`, [out])], {
      ...{ kernel_shape: [3, 3], strides: [1, 1], dilations: [1, 1], pads: [1, 1, 1, 1], group: 1 },
    });
    const second = conv2d(context, `${name}.conv.2`, g.op('Relu', [first]), { out, kernel: 3 });
    const third = conv2d(context, `${name}.conv.4`, g.op('Relu', [second]), { out, kernel: 3 });
    return g.op('Relu', [g.add(third, frame)]);
  });
}
