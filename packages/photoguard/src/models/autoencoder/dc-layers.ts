// The layers of a deep-compression autoencoder: residual blocks, linear attention at several scales, gated convolutions, and
// changes of resolution with shortcuts of shuffled pixels. All norms but one are over the channels of a pixel.
import type { Value } from 'onnx-grad';
import type { LayerContext } from '../layers.ts';
import { channelWeight, conv2d, silu, upsampleNearest2x } from '../layers.ts';
import type { DCAct, DCLevel } from './dc-config.ts';
import { meanChannels, repeatChannels, shuffle, unshuffle } from './patches.ts';

const EPSILON = 1e-5;
const ATTENTION_EPSILON = 1e-15;

/** An activation by its name. */
export const activate = ({ g }: LayerContext, name: DCAct, x: Value): Value =>
  name === 'silu' ? silu(g, x) : g.op('Relu', [x]);

/** Each pixel divided by the root of its mean square over channels, with scale and bias. */
export function rmsNorm(context: LayerContext, name: string, x: Value): Value {
  const { g } = context;
  const of = (what: string): Value => channelWeight(context, `${name}.${what}`, x.shape[1]!);
  const size = g.op('Sqrt', [g.shift(g.mean(g.mul(x, x), [1]), EPSILON)]);
  return g.add(g.mul(g.op('Div', [x, size]), of('weight')), of('bias'));
}

// By the statistics of its training.
function batchNorm(context: LayerContext, name: string, x: Value): Value {
  const { g } = context;
  const of = (what: string): Value => channelWeight(context, `${name}.${what}`, x.shape[1]!);
  const scale = g.op('Div', [of('weight'), g.op('Sqrt', [g.shift(of('running_var'), EPSILON)])]);
  return g.add(g.mul(g.sub(x, of('running_mean')), scale), of('bias'));
}

const norm = (context: LayerContext, kind: DCLevel['norm'], name: string, x: Value): Value =>
  kind === 'rms_norm' ? rmsNorm(context, name, x) : batchNorm(context, name, x);

/** A block of a level. */
export function dcBlock(context: LayerContext, name: string, x: Value, level: DCLevel, headSize: number): Value {
  if (level.block === 'EfficientViTBlock')
    return gatedConv(context, `${name}.conv_out`, attention(context, `${name}.attn`, x, level, headSize));
  const out = level.channels;
  const first = activate(context, level.act, conv2d(context, `${name}.conv1`, x, { out, kernel: 3 }));
  const second = conv2d(context, `${name}.conv2`, first, { out, kernel: 3, bias: false });
  return context.g.add(norm(context, level.norm, `${name}.norm`, second), x);
}

// The outputs of all projections, and of each scale, are joined on the channels and only then cut into groups of query,
// key and value: the names do not say which channel becomes what.
function attention(
  context: LayerContext,
  name: string,
  x: Value,
  { scales, norm: kind }: DCLevel,
  size: number,
): Value {
  const { g } = context;
  const [n, channels, h, w] = x.shape as [number, number, number, number];
  const joined = g.concat(
    ['to_q', 'to_k', 'to_v'].map((part) => pointwise(context, `${name}.${part}`, x, channels)),
    1,
  );
  const all = scales.map((kernel, i) => {
    const wide = { out: 3 * channels, bias: false };
    const scale = `${name}.to_qkv_multiscale.${i}`;
    const seen = conv2d(context, `${scale}.proj_in`, joined, { ...wide, kernel, groups: 3 * channels });
    return conv2d(context, `${scale}.proj_out`, seen, { ...wide, kernel: 1, groups: (3 * channels) / size });
  });
  const grouped = g.reshape(g.concat([joined, ...all], 1), [
    n,
    (channels / size) * (1 + scales.length),
    3 * size,
    h * w,
  ]);
  const part = (i: number): Value => g.slice(grouped, [2], [i * size], [(i + 1) * size]);
  const [query, key, value] = [g.op('Relu', [part(0)]), g.op('Relu', [part(1)]), part(2)];
  // Linear: values by keys first, then by queries. A row of ones beside the values gives the sums to divide by.
  const ones = g.expand(g.scalar(1), [n, value.shape[1]!, 1, h * w]);
  const summed = g.op('MatMul', [g.concat([value, ones], 2), g.transpose(key, [0, 1, 3, 2])]);
  const sums = g.op('MatMul', [summed, query]);
  const attended = g.op('Div', [
    g.slice(sums, [2], [0], [size]),
    g.shift(g.slice(sums, [2], [size], [size + 1]), ATTENTION_EPSILON),
  ]);
  const flat = g.reshape(attended, [n, channels * (1 + scales.length), h, w]);
  return g.add(norm(context, kind, `${name}.norm_out`, pointwise(context, `${name}.to_out`, flat, channels)), x);
}

// A linear layer without bias over the channels of a pixel.
function pointwise({ g, weights }: LayerContext, name: string, x: Value, out: number): Value {
  const channels = x.shape[1]!;
  const weight = g.reshape(weights.get(`${name}.weight`, [out, channels]), [out, channels, 1, 1]);
  return g.op('Conv', [x, weight], {
    ...{ kernel_shape: [1, 1], strides: [1, 1], dilations: [1, 1], pads: [0, 0, 0, 0], group: 1 },
  });
}

function gatedConv(context: LayerContext, name: string, x: Value): Value {
  const { g } = context;
  const out = x.shape[1]!;
  const wide = 8 * out;
  const first = silu(g, conv2d(context, `${name}.conv_inverted`, x, { out: wide, kernel: 1 }));
  const deep = conv2d(context, `${name}.conv_depth`, first, { out: wide, kernel: 3, groups: wide });
  const gate = silu(g, g.slice(deep, [1], [wide / 2], [wide]));
  const gated = g.mul(g.slice(deep, [1], [0], [wide / 2]), gate);
  return g.add(
    rmsNorm(context, `${name}.norm`, conv2d(context, `${name}.conv_point`, gated, { out, kernel: 1, bias: false })),
    x,
  );
}

/** How sides are halved or doubled. */
interface Rescaling<Kind extends string> {
  /** Channels of the result. */
  readonly out: number;
  readonly kind: Kind;
  /** Whether the input, rearranged without weights, is added to the result. */
  readonly shortcut: boolean;
}

/** Halves the sides. */
export function dcDown(
  context: LayerContext,
  name: string,
  x: Value,
  { out, kind, shortcut }: Rescaling<'pixel_unshuffle' | 'conv'>,
): Value {
  const { g } = context;
  const halved =
    kind === 'conv'
      ? conv2d(context, `${name}.conv`, x, { out, kernel: 3, stride: 2 })
      : unshuffle(g, conv2d(context, `${name}.conv`, x, { out: out / 4, kernel: 3 }));
  return shortcut ? g.add(halved, meanChannels(g, unshuffle(g, x), out)) : halved;
}

/** Doubles the sides. */
export function dcUp(
  context: LayerContext,
  name: string,
  x: Value,
  { out, kind, shortcut }: Rescaling<'pixel_shuffle' | 'interpolate'>,
): Value {
  const { g } = context;
  const doubled =
    kind === 'interpolate'
      ? conv2d(context, `${name}.conv`, upsampleNearest2x(context, x), { out, kernel: 3 })
      : shuffle(g, conv2d(context, `${name}.conv`, x, { out: 4 * out, kernel: 3 }));
  return shortcut ? g.add(doubled, shuffle(g, repeatChannels(g, x, 4 * out))) : doubled;
}
