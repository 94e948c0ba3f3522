// AutoencoderTiny of diffusers (TAESD and its family): a plain stack of convolutions and ReLU blocks, with
// deterministic latents. `encode` takes [-1, 1] and works in [0, 1] inside; `decode` maps back.
// Checkpoints in the original layout (TAEF2) have the same layers, counted from 0 without `layers`, a decoder whose
// count begins with its Clamp, and blocks with a normalised bottleneck branch ("pool").
import type { GraphBuilder, Value } from 'onnx-grad';
import type { AutoencoderTinyConfig } from '../config.ts';
import type { LayerContext } from '../layers.ts';
import { conv2d, upsampleNearest2x } from '../layers.ts';
import type { TensorStore } from '../weights.ts';
import { WeightsByGraph } from '../weights.ts';
import type { Autoencoder, Posterior } from './autoencoder.ts';

/** Groups of the pool branch's norm. No file says so: 4 reconstructs photos best, by 2 dB and more. */
const POOL_GROUPS = 4;
const POOL_EPSILON = 1e-5;
const CLAMP = 3;

/** A small, fast autoencoder of the latent space of a large one. */
export class AutoencoderTiny implements Autoencoder {
  readonly architecture = 'AutoencoderTiny';
  readonly config: AutoencoderTinyConfig;
  readonly #weights: WeightsByGraph;

  constructor(config: AutoencoderTinyConfig, store: TensorStore) {
    this.config = config;
    this.#weights = new WeightsByGraph(store);
  }

  get latentChannels(): number {
    return this.config.latentChannels;
  }

  get factor(): number {
    return 2 ** (this.config.numEncoderBlocks.length - 1);
  }

  get scalingFactor(): number {
    return this.config.scalingFactor;
  }

  get shiftFactor(): number {
    return this.config.shiftFactor;
  }

  encode(g: GraphBuilder, image: Value): Posterior {
    const context: LayerContext = { g, weights: this.#weights.in(g) };
    const { encoderBlockOutChannels, numEncoderBlocks, latentChannels } = this.config;
    const name = this.#layerNames(context, 'encoder', 0);
    let x = g.scale(g.shift(image, 1), 0.5);
    numEncoderBlocks.forEach((blocks, i) => {
      const out = encoderBlockOutChannels[i]!;
      x = conv2d(
        context,
        name(),
        x,
        i === 0 ? { out, kernel: 3 } : { out, kernel: 3, stride: 2, bias: false, pads: [1, 1, 1, 1] },
      );
      for (let block = 0; block < blocks; block++) x = this.#block(context, name(), x);
    });
    return { mean: conv2d(context, name(), x, { out: latentChannels, kernel: 3 }) };
  }

  decode(g: GraphBuilder, latent: Value): Value {
    const context: LayerContext = { g, weights: this.#weights.in(g) };
    const { decoderBlockOutChannels, numDecoderBlocks, outChannels } = this.config;
    const name = this.#layerNames(context, 'decoder', 1);
    let x = g.scale(g.op('Tanh', [g.scale(latent, 1 / CLAMP)]), CLAMP);
    x = this.#activation(g, conv2d(context, name(), x, { out: decoderBlockOutChannels[0]!, kernel: 3 }));
    name(); // the activation has a number too
    numDecoderBlocks.forEach((blocks, i) => {
      const last = i === numDecoderBlocks.length - 1;
      for (let block = 0; block < blocks; block++) x = this.#block(context, name(), x);
      if (!last) {
        name(); // the upsampling has a number too
        x = upsampleNearest2x(context, x);
      }
      x = conv2d(context, name(), x, { out: last ? outChannels : decoderBlockOutChannels[i]!, kernel: 3, bias: last });
    });
    return g.shift(g.scale(x, 2), -1);
  }

  // Layer names in order. The original layout drops `layers` and may count layers before the first convolution.
  #layerNames({ weights }: LayerContext, side: string, originalStart: number): () => string {
    const original = !weights.has(`${side}.layers.0.weight`);
    let at = original ? originalStart : 0;
    return () => (original ? `${side}.${at++}` : `${side}.layers.${at++}`);
  }

  #block(context: LayerContext, name: string, input: Value): Value {
    const { g, weights } = context;
    const x = weights.has(`${name}.pool.0.weight`) ? g.add(input, this.#pool(context, `${name}.pool`, input)) : input;
    const out = x.shape[1]!;
    const first = this.#activation(g, conv2d(context, `${name}.conv.0`, x, { out, kernel: 3 }));
    const second = this.#activation(g, conv2d(context, `${name}.conv.2`, first, { out, kernel: 3 }));
    const third = conv2d(context, `${name}.conv.4`, second, { out, kernel: 3 });
    return g.op('Relu', [g.add(third, x)]);
  }

  #pool(context: LayerContext, name: string, x: Value): Value {
    const { g, weights } = context;
    const [channels, wide] = [x.shape[1]!, 4 * x.shape[1]!];
    const spread = conv2d(context, `${name}.0`, x, { out: wide, kernel: 1, bias: false });
    const scale = weights.get(`${name}.1.weight`, [wide]);
    const bias = weights.get(`${name}.1.bias`, [wide]);
    const normed = g.op('GroupNormalization', [spread, scale, bias], {
      num_groups: POOL_GROUPS,
      epsilon: POOL_EPSILON,
    });
    return conv2d(context, `${name}.3`, g.op('Relu', [normed]), { out: channels, kernel: 1, bias: false });
  }

  #activation(g: GraphBuilder, x: Value): Value {
    return this.config.actFn === 'silu' ? g.mul(x, g.op('Sigmoid', [x])) : g.op('Relu', [x]);
  }
}
