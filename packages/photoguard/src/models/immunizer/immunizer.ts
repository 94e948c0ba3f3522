// A network that protects a photo in one pass: it gives for each picture a change, from -1 to 1 at every value, that moves the
// latents which encoders see. How large the change may be, and where, is up to the caller. It is made of convolutions alone,
// so it takes pictures of any size.
//
// It works on blocks of pixels as channels: of 4x4, then of 8x8, which is the grid that encoders see. What the blocks of 8x8
// find (residual blocks) is added to what those of 4x4 know.
import type { GraphBuilder, Value } from 'onnx-grad';
import { conv2d, type LayerContext, silu } from '../layers.ts';
import { type TensorStore, WeightsByGraph } from '../weights.ts';
import type { ImmunizerConfig } from './immunizer-config.ts';

/** Pixels of a block's side. */
const BLOCK = 4;

/** See the head of this file. */
export class Immunizer {
  readonly architecture = 'Immunizer';
  readonly config: ImmunizerConfig;
  readonly #weights: WeightsByGraph;

  constructor(config: ImmunizerConfig, store: TensorStore) {
    this.config = config;
    this.#weights = new WeightsByGraph(store);
  }

  /** Sides of pictures are multiples of it. */
  get factor(): number {
    return 2 * BLOCK;
  }

  /** Writes the change of an image [N, 3, H, W] in [-1, 1]: the same shape, from -1 to 1. */
  change(g: GraphBuilder, image: Value): Value {
    const context: LayerContext = { g, weights: this.#weights.in(g) };
    const { fine, coarse, blocks } = this.config;
    const known = conv2d(context, 'in', g.op('SpaceToDepth', [image], { blocksize: BLOCK }), { out: fine, kernel: 3 });
    const down = { out: coarse, kernel: 4, stride: 2, pads: [1, 1, 1, 1] } as const;
    let x = conv2d(context, 'down', silu(g, known), down);
    for (let i = 0; i < blocks; i++) x = residual(context, `blocks.${i}`, x);
    const up = conv2d(context, 'up', silu(g, x), { out: 4 * fine, kernel: 3 });
    const both = g.add(known, g.op('DepthToSpace', [up], { blocksize: 2 }));
    const last = silu(g, residual(context, 'last', both));
    const out = conv2d(context, 'out', last, { out: 3 * BLOCK ** 2, kernel: 3 });
    return g.op('Tanh', [g.op('DepthToSpace', [out], { blocksize: BLOCK })]);
  }
}

function residual(context: LayerContext, name: string, x: Value): Value {
  const { g } = context;
  const out = x.shape[1]!;
  const first = conv2d(context, `${name}.conv1`, silu(g, x), { out, kernel: 3 });
  return g.add(x, conv2d(context, `${name}.conv2`, silu(g, first), { out, kernel: 3 }));
}
