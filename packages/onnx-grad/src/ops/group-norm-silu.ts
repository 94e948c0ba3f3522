// GroupNormSilu: group normalisation followed by x sigmoid(x), the pair that every diffusion model repeats before each
// convolution. Its outputs are the result and the two statistics of each group, which are tiny and which the gradient
// then need not compute again. The gradient recomputes everything else from x, once its cotangent is available
// (gate.ts).
//
// With r = 1 / sqrt(var + epsilon), a = w r and c = b - a mean per channel: u = a x + c, s = sigmoid(u), y = u s:
//   du = GO s (1 + u - u s)
//   dx = a du - slope x - offset, slope = r^3 mean(w du (x - mean)), offset = r mean(w du) - slope mean,
// means over the group. Working on x rather than on x - mean is what PyTorch does too. It is an operator of this
// package's own domain: it is expanded to standard operators.
import type { Builder } from '../graph/builder.ts';
import { GraphError } from '../graph/error.ts';
import type { Attributes, Value } from '../graph/graph.ts';
import { sizeOf } from '../graph/shape.ts';
import { readNumber } from './attributes.ts';
import { zeroAfter } from './gate.ts';
import type { Expand, Operator } from './operator.ts';

/** Up to this many elements, memory matters less than the time of another operator: u and s are kept. */
const SMALL = 2 ** 18;

interface Setting {
  readonly x: Value;
  readonly weight: Value;
  readonly bias: Value;
  readonly groups: number;
  readonly epsilon: number;
}

/** Statistics of each group, [N, G, 1, 1]. */
interface Statistics {
  readonly mean: Value;
  /** 1 / sqrt(variance + epsilon). */
  readonly reciprocal: Value;
}

const readSetting = (I: (k: number) => Value, attributes: Attributes): Setting => ({
  x: I(0),
  weight: I(1),
  bias: I(2),
  groups: readNumber(attributes, 'num_groups', 1),
  epsilon: readNumber(attributes, 'epsilon', 1e-5),
});

/** SiLU of the group normalisation of [N, C, ...] with a scale [C] and a bias [C]; mean and 1 / deviation [N, G, 1, 1]. */
export const GroupNormSilu: Operator = {
  name: 'GroupNormSilu',
  arity: [3, 3],
  domain: 'onnx-grad',
  attributes: { num_groups: 'int', epsilon: 'float' },
  infer: ({ I, attributes }) => {
    const { dtype, shape } = I(0);
    const [channels, groups] = [shape[1] ?? 0, readNumber(attributes, 'num_groups', 1)];
    if (channels % groups !== 0) throw new GraphError('shape', `${channels} channels in ${groups} groups`);
    if (sizeOf(I(1).shape) !== channels || sizeOf(I(2).shape) !== channels)
      throw new GraphError('shape', `scale and bias take one value for each of ${channels} channels`);
    const statistics = { dtype, shape: [shape[0]!, groups, 1, 1] };
    return [{ dtype, shape }, statistics, statistics];
  },
  keeps: { inputs: [0, 1, 2], outputs: [1, 2] },
  expand: ({ g, I, attributes }) => forward(g, readSetting(I, attributes), (u) => g.mul(u, g.op('Sigmoid', [u]))),
  vjp: ({ g, I, O, GO, hasGO, wants, attributes }) => {
    const setting = readSetting(I, attributes);
    const x = inGroups(g, setting, setting.x);
    const [mean, reciprocal] = [O(1), O(2)];
    const { a, c, w } = affine(g, setting, { mean, reciprocal });
    const isSmall = sizeOf(setting.x.shape) <= SMALL;
    const u = g.add(g.mul(x, isSmall ? a : g.add(a, zeroAfter(g, GO(0)))), c);
    const du = siluGradient(g, u, inGroups(g, setting, GO(0)));
    const sum = g.sum(du, [3]);
    const dot = g.sub(g.sum(g.mul(du, x), [3]), g.mul(sum, mean)); // of du and x - mean
    const cotangents = { ...(hasGO(1) && { mean: GO(1) }), ...(hasGO(2) && { reciprocal: GO(2) }) };
    return [
      wants(0)
        ? g.reshape(inputGradient(g, { x, a, w, du, sum, dot, mean, reciprocal }, cotangents), setting.x.shape)
        : undefined,
      wants(1) ? g.reshape(g.sum(g.mul(dot, reciprocal), [0]), setting.weight.shape) : undefined,
      wants(2) ? g.reshape(g.sum(sum, [0]), setting.bias.shape) : undefined,
    ];
  },
};

/**
 * Group normalisation without an activation, in operators. ONNX Runtime's own computes the mean of squares minus the
 * square of the mean: at a mean of ten deviations that is off by a thousandth.
 */
export const expandGroupNormalization: Expand = ({ g, I, attributes }) =>
  forward(g, readSetting(I, attributes), (u) => u).slice(0, 1);

function forward(g: Builder, setting: Setting, activation: (u: Value) => Value): Value[] {
  const x = inGroups(g, setting, setting.x);
  const statistics = writeStatistics(g, x, setting.epsilon);
  const { a, c } = affine(g, setting, statistics);
  const y = activation(g.add(g.mul(x, a), c));
  return [g.reshape(y, setting.x.shape), statistics.mean, statistics.reciprocal];
}

// A tensor like x as [N, G, C / G, HW].
function inGroups(g: Builder, { x, groups }: Setting, value: Value): Value {
  const [n, c, ...rest] = x.shape as [number, number, ...number[]];
  return g.reshape(value, [n, groups, c / groups, sizeOf(rest)]);
}

// A mean in float32 is off by some millionths. If a group is nearly constant, that is much of the remainder, so the
// mean of the remainder is subtracted too.
function writeStatistics(g: Builder, x: Value, epsilon: number): Statistics {
  const [n, some, ...rest] = x.shape as [number, number, number, number];
  const flat = g.reshape(x, [n, some, sizeOf(rest)]); // contiguous: fast sums
  const first = g.mean(flat, [2]);
  const centred = g.sub(flat, first);
  const left = g.mean(centred, [2]);
  const variance = g.sub(g.mean(g.mul(centred, centred), [2]), g.mul(left, left));
  const each = [n, some, 1, 1];
  return {
    mean: g.reshape(g.add(first, left), each),
    reciprocal: g.reshape(g.op('Reciprocal', [g.op('Sqrt', [g.shift(variance, epsilon)])]), each),
  };
}

// Per channel, [N, G, C / G, 1]: u = a x + c.
function affine(g: Builder, { weight, bias, groups }: Setting, { mean, reciprocal }: Statistics) {
  const perChannel = (v: Value): Value => g.reshape(v, [1, groups, sizeOf(v.shape) / groups, 1]);
  const w = perChannel(weight);
  const a = g.mul(w, reciprocal);
  return { w, a, c: g.sub(perChannel(bias), g.mul(a, mean)) };
}

// GO s (1 + u - u s)
function siluGradient(g: Builder, u: Value, cotangent: Value): Value {
  const s = g.op('Sigmoid', [u]);
  return g.mul(cotangent, g.mul(s, g.sub(g.shift(u, 1), g.mul(u, s))));
}

interface Backward extends Statistics {
  readonly x: Value;
  readonly a: Value;
  readonly w: Value;
  readonly du: Value;
  /** Sums of du and of du (x - mean) over space, [N, G, C / G, 1]. */
  readonly sum: Value;
  readonly dot: Value;
}

// The statistics are outputs too: a second derivative sends cotangents through them. d mean = 1 / M, d r = -r^3 (x - mean) / M.
function inputGradient(
  g: Builder,
  { x, a, w, du, sum, dot, mean, reciprocal: r }: Backward,
  cotangents: { readonly mean?: Value; readonly reciprocal?: Value },
): Value {
  const count = x.shape[2]! * x.shape[3]!;
  const cube = g.mul(r, g.mul(r, r));
  const meanOver = (v: Value): Value => g.scale(g.sum(g.mul(v, w), [2]), 1 / count);
  const byReciprocal = cotangents.reciprocal && g.scale(cotangents.reciprocal, 1 / count);
  const slope = g.mul(cube, byReciprocal ? g.add(meanOver(dot), byReciprocal) : meanOver(dot));
  const direct = g.sub(g.mul(r, meanOver(sum)), g.mul(slope, mean));
  const offset = cotangents.mean ? g.sub(direct, g.scale(cotangents.mean, 1 / count)) : direct;
  return g.sub(g.mul(du, a), g.add(g.mul(x, slope), offset));
}
