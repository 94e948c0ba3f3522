// The layers that autoencoders and UNets share, written into a graph. Images and features are NCHW.
import type { GraphBuilder, Value } from 'onnx-grad';
import type { Weights } from './weights.ts';

/** The graph that layers are written into, and their weights. */
export interface LayerContext {
  readonly g: GraphBuilder;
  readonly weights: Weights;
}

/** A convolution's size and geometry. */
export interface ConvOptions {
  readonly out: number;
  readonly kernel: number;
  readonly stride?: number;
  /** Top, left, bottom, right; default: (kernel - 1) / 2 on every side. */
  readonly pads?: readonly [number, number, number, number];
  readonly bias?: boolean;
  /** Groups of channels that do not mix; default 1. */
  readonly groups?: number;
}

/** `<name>.weight` and `<name>.bias` as a 2-d convolution. */
export function conv2d({ g, weights }: LayerContext, name: string, x: Value, options: ConvOptions): Value {
  const { out, kernel, stride = 1, bias = true, groups = 1 } = options;
  const side = (kernel - 1) / 2;
  const weight = weights.get(`${name}.weight`, [out, x.shape[1]! / groups, kernel, kernel]);
  return g.op('Conv', [x, weight, bias ? weights.get(`${name}.bias`, [out]) : undefined], {
    kernel_shape: [kernel, kernel],
    strides: [stride, stride],
    dilations: [1, 1],
    pads: options.pads ?? [side, side, side, side],
    group: groups,
  });
}

/** Group normalisation with a scale and a bias per channel. */
export function groupNorm(context: LayerContext, name: string, x: Value, groups: number, epsilon: number): Value {
  return context.g.op('GroupNormalization', [x, ...channelWeights(context, name, x)], { num_groups: groups, epsilon });
}

/** x sigmoid(x) of {@link groupNorm}: what comes before each convolution of a residual block. */
export function groupNormSilu(context: LayerContext, name: string, x: Value, groups: number, epsilon: number): Value {
  const inputs = [x, ...channelWeights(context, name, x)];
  const [result] = context.g.ops('onnx-grad::GroupNormSilu', inputs, { num_groups: groups, epsilon }, 3);
  return result!;
}

const channelWeights = ({ weights }: LayerContext, name: string, { shape }: Value): Value[] =>
  ['weight', 'bias'].map((what) => weights.get(`${name}.${what}`, [shape[1]!]));

/** A weight of a number for each channel, as images [N, C, H, W] are multiplied by it. */
export const channelWeight = ({ g, weights }: LayerContext, name: string, channels: number): Value =>
  g.reshape(weights.get(name, [channels]), [channels, 1, 1]);

/** x sigmoid(x). */
export const silu = (g: GraphBuilder, x: Value): Value => g.mul(x, g.op('Sigmoid', [x]));

/** Doubles height and width by repeating pixels. */
export function upsampleNearest2x({ g }: LayerContext, x: Value): Value {
  const [n, c, h, w] = x.shape as [number, number, number, number];
  return g.op('Resize', [x, undefined, undefined, g.ints([n, c, 2 * h, 2 * w])], {
    mode: 'nearest',
    coordinate_transformation_mode: 'asymmetric',
    nearest_mode: 'floor',
  });
}
