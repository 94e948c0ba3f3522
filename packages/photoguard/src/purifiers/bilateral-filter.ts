// The bilateral filter (Tomasi and Manduchi 1998) on floats, as in OpenCV's bilateralFilter: each pixel becomes the
// mean of a disc around it, weighted by distance and by difference of colour (the sum of the three absolute
// differences). Neither sharp nor another maintained library for Node has one.

import type { Size } from '../image/index.ts';
import { reflected } from '../transforms/index.ts';

/** Weights of a bilateral filter. */
export interface BilateralOptions {
  /** Standard deviation in colour, in levels of 255, of the sum of the channels' absolute differences. */
  readonly color: number;
  /** Standard deviation in space, in pixels. */
  readonly space: number;
  /** Diameter of the disc, in pixels; odd. */
  readonly diameter: number;
}

/** Entries per level in the table of colour weights: their error is below 1e-4. */
const STEPS = 64;

/** A filter of interleaved RGB values, 0..255, of pictures of one size, with reflected edges. */
export function bilateralFilter(
  { width, height }: Size,
  { color, space, diameter }: BilateralOptions,
): (data: Float32Array) => Float32Array {
  const radius = (diameter - 1) / 2;
  const { dx, dy, weights } = makeDisc(radius, space);
  const table = Float64Array.from({ length: 3 * 255 * STEPS + 2 }, (_, i) =>
    Math.exp(-((i / STEPS) ** 2) / (2 * color ** 2)),
  );
  const columns = Int32Array.from({ length: width + 2 * radius }, (_, i) => 3 * reflected(i - radius, width));
  const rows = Int32Array.from({ length: height + 2 * radius }, (_, i) => 3 * width * reflected(i - radius, height));
  return (data) => {
    const out = new Float32Array(data.length);
    for (let y = 0, target = 0; y < height; y++) {
      for (let x = 0; x < width; x++, target += 3) {
        const r = data[target]!;
        const g = data[target + 1]!;
        const b = data[target + 2]!;
        let red = 0;
        let green = 0;
        let blue = 0;
        let sum = 0;
        for (let k = 0; k < weights.length; k++) {
          const at = rows[y + radius + dy[k]!]! + columns[x + radius + dx[k]!]!;
          const r1 = data[at]!;
          const g1 = data[at + 1]!;
          const b1 = data[at + 2]!;
          const difference = Math.abs(r1 - r) + Math.abs(g1 - g) + Math.abs(b1 - b);
          const weight = weights[k]! * table[Math.floor(difference * STEPS + 0.5)]!;
          red += weight * r1;
          green += weight * g1;
          blue += weight * b1;
          sum += weight;
        }
        out[target] = red / sum;
        out[target + 1] = green / sum;
        out[target + 2] = blue / sum;
      }
    }
    return out;
  };
}

function makeDisc(radius: number, sigma: number): { dx: Int32Array; dy: Int32Array; weights: Float64Array } {
  const side = Array.from({ length: 2 * radius + 1 }, (_, i) => i - radius);
  const offsets = side.flatMap((y) => side.map((x) => [x, y] as const)).filter(([x, y]) => Math.hypot(x, y) <= radius);
  return {
    dx: Int32Array.from(offsets, ([x]) => x),
    dy: Int32Array.from(offsets, ([, y]) => y),
    weights: Float64Array.from(offsets, ([x, y]) => Math.exp(-(x * x + y * y) / (2 * sigma ** 2))),
  };
}
