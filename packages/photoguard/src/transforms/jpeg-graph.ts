/*
 * JPEG in a graph, so that an attack can look through it: colour, mean of 2 x 2 chroma, orthonormal DCT of 8 x 8
 * blocks, division by the tables, rounding, and all of it back. Two properties of real files are left out: rounding to
 * bytes before and after, and libjpeg's smoother upsampling of chroma.
 *
 * Rounding has slope 0, so another slope is used: `straight-through` rounds and passes gradients on as they are (Bengio
 * et al. 2013); `cubic` is round(v) + (v - round(v))^3 (Shin and Song 2017), close to rounding, with its own slope,
 * which is 0 at whole numbers.
 */
import { type GraphBuilder, roundStraightThrough, stopGradient, type Value } from 'onnx-grad';
import { CHROMA, LUMA, tableAt } from './jpeg-tables.ts';
import type { GraphPass } from './pass.ts';
import { rgbToYcbcr, ycbcrToRgb } from './ycbcr.ts';

/** How {@link jpegPass} compresses. */
export interface JpegOptions {
  /** 1 to 100, as in libjpeg. */
  readonly quality: number;
  /** Colour at half the resolution (420, the default) or all of it. */
  readonly chroma?: '420' | '444';
  /** The slope used for rounding; see the head of this file. Default: straight-through. */
  readonly rounding?: 'straight-through' | 'cubic';
}

/** An image [1, 3, H, W] in [0, 1] as JPEG leaves it. Not clipped; edges are repeated up to whole blocks. */
export function jpegPass({ quality, chroma = '420', rounding = 'straight-through' }: JpegOptions): GraphPass {
  const tables = { luma: tableAt(LUMA, quality), colour: tableAt(CHROMA, quality) };
  const half = chroma === '420';
  const round = rounding === 'cubic' ? roundCubic : roundStraightThrough;
  return {
    kind: 'graph',
    name: `jpeg ${chroma} ${rounding}`,
    feeds: { luma: Float32Array.from(tables.luma), colour: Float32Array.from(tables.colour) },
    write(g, image, input) {
      const [, , height, width] = image.shape as [number, number, number, number];
      const ycbcr = rgbToYcbcr(g, g.scale(padded(g, image, half ? 16 : 8), 255));
      const [ofLuma, ofColour] = [input('luma', [8, 8]), input('colour', [8, 8])];
      const luma = g.shift(quantised(g, g.shift(g.slice(ycbcr, [1], [0], [1]), -128), ofLuma, round), 128);
      const colour = g.slice(ycbcr, [1], [1], [3]);
      const kept = half
        ? doubled(g, quantised(g, halved(g, colour), ofColour, round))
        : quantised(g, colour, ofColour, round);
      const rgb = g.scale(ycbcrToRgb(g, g.concat([luma, kept], 1)), 1 / 255);
      return g.slice(rgb, [2, 3], [0, 0], [height, width]);
    },
  };
}

/** round(v) + (v - round(v))^3. */
export function roundCubic(g: GraphBuilder, v: Value): Value {
  const rounded = stopGradient(g, g.op('Round', [v]));
  const rest = g.sub(v, rounded);
  return g.add(rounded, g.mul(g.mul(rest, rest), rest));
}

// D X D^T of every block, to multiples of `steps` [8, 8], and D^T Y D back.
function quantised(g: GraphBuilder, x: Value, steps: Value, round: (g: GraphBuilder, v: Value) => Value): Value {
  const [n, channels, height, width] = x.shape as [number, number, number, number];
  const grid = [n * channels, height / 8, 8, width / 8, 8];
  const constant = (values: readonly number[]): Value =>
    g.constant({ dtype: 'float32', shape: [8, 8], data: Float32Array.from(values) });
  const [dct, transposed] = [constant(DCT), constant(DCT.map((_, i) => DCT[(i % 8) * 8 + (i >> 3)]!))];
  const product = (a: Value, b: Value): Value => g.op('MatMul', [a, b]);
  const blocks = g.transpose(g.reshape(x, grid), [0, 1, 3, 2, 4]);
  const coefficients = product(product(dct, blocks), transposed);
  const rounded = g.mul(round(g, g.div(coefficients, steps)), steps);
  const back = product(product(transposed, rounded), dct);
  return g.reshape(g.transpose(back, [0, 1, 3, 2, 4]), x.shape);
}

// Orthonormal DCT-II: row k is the cosine of frequency k.
const DCT: readonly number[] = Array.from({ length: 64 }, (_, i) => {
  const [k, x] = [i >> 3, i & 7];
  return Math.cos(((2 * x + 1) * k * Math.PI) / 16) * Math.sqrt((k === 0 ? 1 : 2) / 8);
});

function halved(g: GraphBuilder, x: Value): Value {
  const [n, c, h, w] = x.shape as [number, number, number, number];
  return g.mean(g.reshape(x, [n, c, h / 2, 2, w / 2, 2]), [3, 5], false);
}

function doubled(g: GraphBuilder, x: Value): Value {
  const [n, c, h, w] = x.shape as [number, number, number, number];
  return g.reshape(g.expand(g.reshape(x, [n, c, h, 1, w, 1]), [n, c, h, 2, w, 2]), [n, c, 2 * h, 2 * w]);
}

function padded(g: GraphBuilder, x: Value, multiple: number): Value {
  const rest = (n: number): number => (multiple - (n % multiple)) % multiple;
  const [bottom, right] = [rest(x.shape[2]!), rest(x.shape[3]!)];
  if (bottom === 0 && right === 0) return x;
  return g.op('Pad', [x, g.ints([0, 0, 0, 0, 0, 0, bottom, right])], { mode: 'edge' });
}
