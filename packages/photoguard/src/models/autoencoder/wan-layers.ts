// The layers of Wan's autoencoder for a single frame. A causal convolution sees zeros before the first frame, so only
// the last time slice of each kernel counts: it is a 2-d convolution.
import type { Value } from 'onnx-grad';
import type { LayerContext } from '../layers.ts';
import { conv2d, silu } from '../layers.ts';
import { attend } from './attention.ts';
import { meanChannels, repeatChannels, shuffle, unshuffle } from './patches.ts';

/** Layers of one checkpoint. */
export interface WanContext extends LayerContext {
  /** Whether kernels are stored with a time axis. */
  readonly hasTime: boolean;
}

/** A causal convolution on one frame, 3 x 3 or 1 x 1. */
export function causalConv(context: WanContext, name: string, x: Value, out: number, kernel: 1 | 3): Value {
  if (!context.hasTime || kernel === 1) return conv2d(context, name, x, { out, kernel });
  const { g, weights } = context;
  const channels = x.shape[1]!;
  const stored = weights.get(`${name}.weight`, [out, channels, 3, 3, 3]);
  const weight = g.reshape(g.slice(stored, [2], [2], [3]), [out, channels, 3, 3]);
  return g.op('Conv', [x, weight, weights.get(`${name}.bias`, [out])], {
    ...{ kernel_shape: [3, 3], strides: [1, 1], dilations: [1, 1], pads: [1, 1, 1, 1], group: 1 },
  });
}

/** Each pixel divided by its length over channels (no mean, no statistics over space), times sqrt(C) gamma. */
export function pixelNorm({ g, weights }: LayerContext, name: string, x: Value): Value {
  const channels = x.shape[1]!;
  const length = g.op('Max', [g.reduce('ReduceL2', x, [1]), g.scalar(1e-12)]);
  const gamma = g.scale(weights.get(`${name}.gamma`, [channels, 1, 1]), Math.sqrt(channels));
  return g.mul(g.op('Div', [x, length]), gamma);
}

/** Norm, SiLU, convolution, twice, and a shortcut. */
export function wanResnet(context: WanContext, name: string, x: Value, out: number): Value {
  const { g } = context;
  const first = silu(g, pixelNorm(context, `${name}.norm1`, x));
  const hidden = causalConv(context, `${name}.conv1`, first, out, 3);
  const second = silu(g, pixelNorm(context, `${name}.norm2`, hidden));
  const residual = causalConv(context, `${name}.conv2`, second, out, 3);
  const shortcut = x.shape[1] === out ? x : causalConv(context, `${name}.conv_shortcut`, x, out, 1);
  return g.add(residual, shortcut);
}

/** Norm, self-attention with one head, and a shortcut. */
export function wanAttention(context: WanContext, name: string, x: Value): Value {
  const { g } = context;
  const [n, c, h, w] = x.shape as [number, number, number, number];
  const all = conv2d(context, `${name}.to_qkv`, pixelNorm(context, `${name}.norm`, x), { out: 3 * c, kernel: 1 });
  const flat = g.reshape(all, [n, 3 * c, h * w]);
  const part = (i: number): Value => g.slice(flat, [1], [i * c], [(i + 1) * c]);
  const attended = g.reshape(attend(g, part(0), part(1), part(2)), x.shape);
  return g.add(x, conv2d(context, `${name}.proj`, attended, { out: c, kernel: 1 }));
}

/** Two residual blocks with attention between them; `name` ends in `mid_block`. */
export function wanMiddle(context: WanContext, name: string, x: Value): Value {
  const channels = x.shape[1]!;
  const first = wanResnet(context, `${name}.resnets.0`, x, channels);
  return wanResnet(context, `${name}.resnets.1`, wanAttention(context, `${name}.attentions.0`, first), channels);
}

/** A level's shortcut inwards. Where time is halved, its means include the zeros before the only frame. */
export function meanShortcut({ g }: LayerContext, x: Value, out: number, halves: boolean, halvesTime: boolean): Value {
  const [n, c] = x.shape as [number, number];
  const pixels = halves ? unshuffle(g, x) : x;
  if (!halvesTime) return meanChannels(g, pixels, out);
  const [each, h, w] = [pixels.shape[1]! / c, pixels.shape[2]!, pixels.shape[3]!];
  const frames = g.pad(g.reshape(pixels, [n, c, each, h, w]), [0, 0, each, 0, 0], [0, 0, 0, 0, 0]);
  return meanChannels(g, g.reshape(frames, [n, 2 * each * c, h, w]), out);
}

/** A level's shortcut outwards, which doubles the sides. Where time is doubled the first copy is dropped. */
export function repeatShortcut({ g }: LayerContext, x: Value, out: number, doublesTime: boolean): Value {
  const [n, , h, w] = x.shape as [number, number, number, number];
  if (!doublesTime) return shuffle(g, repeatChannels(g, x, 4 * out));
  const frames = g.reshape(repeatChannels(g, x, 8 * out), [n, out, 2, 4, h, w]);
  return shuffle(g, g.reshape(g.slice(frames, [2], [1], [2]), [n, 4 * out, h, w]));
}
