// GroupNormSilu: group normalisation followed by x sigmoid(x), the pair that every diffusion model repeats before each
// convolution. As single operators its gradient walks over memory some fourteen times and holds four tensors of the
// input's size. Groups are independent of one another, so here both directions work on a few groups at a time: what
// is in between stays small enough for the cache, and nothing of the input's size is held but input and result.
//
// With xc = x - mean, r = 1 / sqrt(var + epsilon), a = w r per channel, u = a xc + b, s = sigmoid(u), y = u s:
//   du = GO s (1 + u - y)
//   dx = a du - r^3 xc mean(w du xc) - r mean(w du), means over the group.
// A mean in float32 is off by some millionths; where a group is nearly constant, that is much of xc. So the mean that is
// left in xc (the residual) is measured and taken off wherever xc is used, at the price of one more sum.
// It is an operator of this package's own domain: it is written as standard operators (expand).
import type { GraphBuilder } from '../graph/builder.ts';
import { GraphError } from '../graph/error.ts';
import type { Attributes, Value } from '../graph/graph.ts';
import { sizeOf } from '../graph/shape.ts';
import { inferSame } from './arithmetic.ts';
import { numberOf } from './attributes.ts';
import type { Operator } from './operator.ts';

/** Bytes of input that are worked on at a time: below a core's second-level cache, above the cost of an operator. */
const PIECE_BYTES = 2 ** 21;

interface Setting {
  readonly x: Value;
  readonly weight: Value;
  readonly bias: Value;
  readonly groups: number;
  readonly epsilon: number;
}

// What both directions begin with, for some groups: [N, g, C / G, HW] throughout.
interface Piece {
  readonly xc: Value;
  /** What is left of the mean in xc, [N, g, 1, 1]. */
  readonly residual: Value;
  readonly reciprocal: Value;
  readonly a: Value;
  readonly u: Value;
  readonly w: Value;
}

const settingOf = (I: (k: number) => Value, attributes: Attributes): Setting => ({
  x: I(0),
  weight: I(1),
  bias: I(2),
  groups: numberOf(attributes, 'num_groups', 1),
  epsilon: numberOf(attributes, 'epsilon', 1e-5),
});

/** SiLU of the group normalisation of [N, C, ...] with a scale [C] and a bias [C]. */
export const GroupNormSilu: Operator = {
  name: 'GroupNormSilu',
  domain: 'onnx-grad',
  attributes: { num_groups: 'int', epsilon: 'float' },
  infer: (context) => {
    const { I, attributes } = context;
    const [channels, groups] = [I(0).shape[1] ?? 0, numberOf(attributes, 'num_groups', 1)];
    if (channels % groups !== 0) throw new GraphError('shape', `${channels} channels in ${groups} groups`);
    if (sizeOf(I(1).shape) !== channels || sizeOf(I(2).shape) !== channels)
      throw new GraphError('shape', `scale and bias take one value for each of ${channels} channels`);
    return inferSame(context);
  },
  keeps: { inputs: [0, 1, 2] },
  expand: ({ g, I, attributes }) => [forward(g, settingOf(I, attributes), (u) => g.mul(u, g.op('Sigmoid', [u])))],
  vjp: ({ g, I, GO, wants, attributes }) => {
    const setting = settingOf(I, attributes);
    const wantsParameters = wants(1) || wants(2);
    const dx: Value[] = [];
    const dWeight: Value[] = [];
    const dBias: Value[] = [];
    for (const [from, to] of piecesOf(setting)) {
      const piece = normalise(g, setting, from, to);
      const du = siluGradient(g, piece.u, takeGroups(g, setting, GO(0), from, to));
      const sum = g.sum(du, [3]);
      const dot = g.sub(g.sum(g.mul(du, piece.xc), [3]), g.mul(sum, piece.residual));
      if (wants(0)) dx.push(inputGradient(g, piece, du, sum, dot));
      if (wantsParameters) {
        dWeight.push(g.sum(g.mul(dot, piece.reciprocal), [0]));
        dBias.push(g.sum(sum, [0]));
      }
    }
    const joined = (parts: Value[], like: Value): Value => g.reshape(g.concat(parts, 1), like.shape);
    return [
      wants(0) ? joined(dx, setting.x) : undefined,
      wants(1) ? joined(dWeight, setting.weight) : undefined,
      wants(2) ? joined(dBias, setting.bias) : undefined,
    ];
  },
};

/**
 * Group normalisation without an activation, in operators. ONNX Runtime's own takes the mean of squares less the square
 * of the mean: at a mean of ten deviations that is off by a thousandth.
 */
export const expandGroupNormalization: NonNullable<Operator['expand']> = ({ g, I, attributes }) => [
  forward(g, settingOf(I, attributes), (u) => u),
];

function forward(g: GraphBuilder, setting: Setting, activation: (u: Value) => Value): Value {
  const pieces = piecesOf(setting).map(([from, to]) => activation(normalise(g, setting, from, to).u));
  return g.reshape(g.concat(pieces, 1), setting.x.shape);
}

// Ranges of groups that are worked on together.
function piecesOf({ x, groups }: Setting): [from: number, to: number][] {
  const each = Math.max(1, Math.floor(PIECE_BYTES / ((4 * sizeOf(x.shape)) / groups)));
  const count = Math.ceil(groups / each);
  return Array.from({ length: count }, (_, i) => [i * each, Math.min(groups, (i + 1) * each)]);
}

function takeGroups(g: GraphBuilder, { x, groups }: Setting, value: Value, from: number, to: number): Value {
  const [n, c, ...rest] = x.shape as [number, number, ...number[]];
  return g.slice(g.reshape(value, [n, groups, c / groups, sizeOf(rest)]), [1], [from], [to]);
}

function normalise(g: GraphBuilder, setting: Setting, from: number, to: number): Piece {
  const { weight, bias, groups, epsilon } = setting;
  const x = takeGroups(g, setting, setting.x, from, to);
  const perChannel = (v: Value): Value =>
    g.slice(g.reshape(v, [1, groups, sizeOf(v.shape) / groups, 1]), [1], [from], [to]);
  // Statistics over the last axis of a flat view: contiguous, and the mean is taken off before squaring.
  const flat = g.reshape(x, [x.shape[0]!, to - from, x.shape[2]! * x.shape[3]!]);
  const centred = g.sub(flat, g.mean(flat, [2]));
  const left = g.mean(centred, [2]);
  const variance = g.sub(g.mean(g.mul(centred, centred), [2]), g.mul(left, left));
  const reciprocal = g.op('Reciprocal', [g.op('Sqrt', [g.shift(variance, epsilon)])]);
  const xc = g.reshape(centred, x.shape);
  const r = g.reshape(reciprocal, [x.shape[0]!, to - from, 1, 1]);
  const w = perChannel(weight);
  const a = g.mul(w, r);
  const residual = g.reshape(left, r.shape);
  const offset = g.sub(perChannel(bias), g.mul(a, residual));
  return { xc, residual, reciprocal: r, a, w, u: g.add(g.mul(xc, a), offset) };
}

// GO s (1 + u - u s)
function siluGradient(g: GraphBuilder, u: Value, cotangent: Value): Value {
  const s = g.op('Sigmoid', [u]);
  return g.mul(cotangent, g.mul(s, g.sub(g.shift(u, 1), g.mul(u, s))));
}

function inputGradient(
  g: GraphBuilder,
  { xc, residual, reciprocal: r, a, w }: Piece,
  du: Value,
  sum: Value,
  dot: Value,
): Value {
  const count = xc.shape[2]! * xc.shape[3]!;
  const meanOver = (v: Value): Value => g.scale(g.sum(g.mul(v, w), [2]), 1 / count);
  const slope = g.mul(g.mul(r, g.mul(r, r)), meanOver(dot));
  const offset = g.sub(g.mul(r, meanOver(sum)), g.mul(slope, residual));
  return g.sub(g.mul(du, a), g.add(g.mul(xc, slope), offset));
}
