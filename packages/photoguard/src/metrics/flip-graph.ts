/*
 * FLIP as operators of a graph, with a gradient, for what is trained under a budget of visibility. The numbers are those of
 * flip.ts, but for roots: each gets a little added under it, so that it has a slope where two pictures are equal.
 */
import type { GraphBuilder, Value } from 'onnx-grad';
import { COLOUR_EXPONENT, FLIP_PIXELS_PER_DEGREE, KNEE, KNEE_VALUE, LARGEST } from './flip.ts';
import { DELTA, FROM_XYZ, TO_XYZ } from './flip-colour.ts';
import { flipFilters, type Half } from './flip-filters.ts';

type Matrix = readonly (readonly number[])[];

/** Added under roots. */
const LEAST = 1e-8;

const FILTERS = flipFilters(FLIP_PIXELS_PER_DEGREE);

/** YyCxCz from white-relative XYZ, without its offset, and back. */
const TO_OPPONENT: Matrix = [
  [0, 116, 0],
  [500, -500, 0],
  [0, 200, -200],
];
const FROM_OPPONENT: Matrix = [
  [1 / 116, 1 / 500, 0],
  [1 / 116, 0, 0],
  [1 / 116, 0, -1 / 200],
];

/** Mean FLIP of each of N pairs, [N]; pictures [N, 3, H, W] in [0, 1], sRGB. */
export function writeFlip(g: GraphBuilder, reference: Value, distorted: Value): Value {
  const [p, q] = [look(g, reference), look(g, distorted)];
  const difference = g.sub(p.lab, q.lab);
  const [l, a, b] = [0, 1, 2].map((c) => g.slice(difference, [1], [c], [c + 1])) as [Value, Value, Value];
  const error = power(g, g.add(g.op('Abs', [l]), length(g, a, b)), COLOUR_EXPONENT);
  const knee = KNEE * LARGEST;
  const beyond = (1 - KNEE_VALUE) / (LARGEST - knee);
  const compressed = g.op('Min', [
    g.scale(error, KNEE_VALUE / knee),
    g.shift(g.scale(error, beyond), KNEE_VALUE - knee * beyond),
  ]);
  const apart = (x: Value, y: Value): Value => g.op('Abs', [g.sub(x, y)]);
  const feature = g.op('Max', [apart(p.edge, q.edge), apart(p.point, q.point)]);
  const share = g.shift(g.scale(root(g, g.scale(feature, Math.SQRT1_2)), -1), 1);
  const seen = g.op('Exp', [g.mul(share, g.op('Log', [compressed]))]);
  return g.mean(seen, [1, 2, 3], false);
}

interface Look {
  readonly lab: Value;
  readonly edge: Value;
  readonly point: Value;
}

// What the eye sees of pictures: see lookAt of flip-strip.ts.
function look(g: GraphBuilder, image: Value): Look {
  const opponent = mix(g, TO_OPPONENT, mix(g, TO_XYZ, toLinear(g, image)));
  const [luma, cx, cz] = [0, 1, 2].map((c) => g.slice(opponent, [1], [c], [c + 1])) as [Value, Value, Value];
  const filtered = [luma, cx, cz].map((plane, channel) =>
    FILTERS.contrast[channel]!.map(({ along, down }) => filter(g, plane, along, down)).reduce((sum, one) =>
      g.add(sum, one),
    ),
  );
  const rgb = g.op('Clip', [mix(g, FROM_XYZ, mix(g, FROM_OPPONENT, g.concat(filtered, 1))), g.scalar(0), g.scalar(1)]);
  const { smooth, edge, point } = FILTERS;
  const along = (half: Half, sign: 1 | -1): Value => filter(g, luma, half, smooth, sign, 1);
  const down = (half: Half, sign: 1 | -1): Value => filter(g, luma, smooth, half, 1, sign);
  return {
    lab: huntLab(g, mix(g, TO_XYZ, rgb)),
    edge: g.scale(length(g, along(edge, -1), down(edge, -1)), 1 / 116),
    point: g.scale(length(g, along(point, 1), down(point, 1)), 1 / 116),
  };
}

function toLinear(g: GraphBuilder, x: Value): Value {
  const knee = g.scalar(0.04045);
  const above = power(g, g.scale(g.shift(g.op('Max', [x, knee]), 0.055), 1 / 1.055), 2.4);
  const below = g.scale(g.sub(g.op('Min', [x, knee]), knee), 1 / 12.92);
  return g.add(above, below);
}

function huntLab(g: GraphBuilder, xyz: Value): Value {
  const knee = g.scalar(DELTA ** 3);
  const above = power(g, g.op('Max', [xyz, knee]), 1 / 3);
  const roots = g.add(above, g.scale(g.sub(g.op('Min', [xyz, knee]), knee), 1 / (3 * DELTA * DELTA)));
  const [x, y, z] = [0, 1, 2].map((c) => g.slice(roots, [1], [c], [c + 1])) as [Value, Value, Value];
  const lightness = g.shift(g.scale(y, 116), -16);
  const a = g.mul(g.scale(lightness, 5), g.sub(x, y));
  const b = g.mul(g.scale(lightness, 2), g.sub(y, z));
  return g.concat([lightness, a, b], 1);
}

// A 3x3 matrix of each pixel.
function mix(g: GraphBuilder, matrix: Matrix, x: Value): Value {
  const [n, c, h, w] = x.shape as [number, number, number, number];
  const constant = g.constant({ dtype: 'float32', shape: [3, 3], data: Float32Array.from(matrix.flat()) });
  return g.reshape(g.op('MatMul', [constant, g.reshape(x, [n, c, h * w])]), x.shape);
}

// A separable filter, edges repeated, as a matrix along each axis. A sign of -1: the factor is odd.
function filter(g: GraphBuilder, x: Value, along: Half, down: Half, signX: 1 | -1 = 1, signY: 1 | -1 = 1): Value {
  const [, , h, w] = x.shape as [number, number, number, number];
  const constant = (size: number, data: Float32Array): Value =>
    g.constant({ dtype: 'float32', shape: [size, size], data });
  const rows = g.op('MatMul', [x, constant(w, transposed(bandOf(along, w, signX), w))]);
  return g.op('MatMul', [constant(h, bandOf(down, h, signY)), rows]);
}

function bandOf(half: Half, size: number, sign: 1 | -1): Float32Array {
  const matrix = new Float32Array(size * size);
  const at = (i: number): number => Math.min(Math.max(i, 0), size - 1);
  for (let i = 0; i < size; i++) {
    if (sign === 1) matrix[i * size + i]! += half[0]!;
    for (let k = 1; k < half.length; k++) {
      matrix[i * size + at(i + k)]! += half[k]!;
      matrix[i * size + at(i - k)]! += sign * half[k]!;
    }
  }
  return matrix;
}

const transposed = (matrix: Float32Array, size: number): Float32Array =>
  matrix.map((_, i) => matrix[(i % size) * size + Math.floor(i / size)]!);

const root = (g: GraphBuilder, x: Value): Value => g.op('Sqrt', [g.shift(x, LEAST)]);
const length = (g: GraphBuilder, x: Value, y: Value): Value => root(g, g.add(g.mul(x, x), g.mul(y, y)));
const power = (g: GraphBuilder, x: Value, exponent: number): Value => g.op('Pow', [x, g.scalar(exponent)]);
