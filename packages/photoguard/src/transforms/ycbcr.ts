// Colour as JPEG has it, in a graph: full-range YCbCr of JFIF, with Cb and Cr centred on 0.
//     y = 0.299 r + 0.587 g + 0.114 b     cb = (b - y) / 1.772     cr = (r - y) / 1.402
import type { GraphBuilder, Value } from 'onnx-grad';

type Matrix = readonly (readonly [number, number, number])[];

const [R, G, B] = [0.299, 0.587, 0.114];
const [CB, CR] = [1.772, 1.402];

const FORWARD: Matrix = [
  [R, G, B],
  [-R / CB, -G / CB, (1 - B) / CB],
  [(1 - R) / CR, -G / CR, -B / CR],
];
const INVERSE: Matrix = [
  [1, 0, CR],
  [1, (-B * CB) / G, (-R * CR) / G],
  [1, CB, 0],
];

/** RGB [N, 3, H, W] to YCbCr in the same unit. */
export const rgbToYcbcr = (g: GraphBuilder, rgb: Value): Value => mixChannels(g, rgb, FORWARD);

/** YCbCr back to RGB. Not clipped. */
export const ycbcrToRgb = (g: GraphBuilder, ycbcr: Value): Value => mixChannels(g, ycbcr, INVERSE);

// A convolution of 1 x 1.
function mixChannels(g: GraphBuilder, x: Value, matrix: Matrix): Value {
  const weight = g.constant({ dtype: 'float32', shape: [3, 3, 1, 1], data: Float32Array.from(matrix.flat()) });
  return g.op('Conv', [x, weight]);
}
