/*
 * How steep a map of luma is at each pixel, by a 3 x 3 operator along x and y: Prewitt's in GMSD, Scharr's in FSIM.
 * Their kernels differ in the weight of the middle row. Values outside the map are 0, as in the reference
 * implementations.
 */
import type { Plane } from './plane.ts';

/** Weights of the three rows of an operator that differences columns. */
export interface GradientKernel {
  readonly side: number;
  readonly middle: number;
}

/** 1 1 1, / 3. */
export const PREWITT: GradientKernel = { side: 1 / 3, middle: 1 / 3 };

/** 3 10 3, / 16. */
export const SCHARR: GradientKernel = { side: 3 / 16, middle: 10 / 16 };

/** Lengths of the gradients, `sqrt(gx^2 + gy^2)`. */
export function gradientLengths({ width, height, data }: Plane, { side, middle }: GradientKernel): Plane {
  const stride = width + 2;
  const padded = new Float64Array(stride * (height + 2));
  for (let y = 0; y < height; y++) padded.set(data.subarray(y * width, (y + 1) * width), (y + 1) * stride + 1);
  const out = new Float64Array(width * height);
  for (let y = 0; y < height; y++) {
    const above = padded.subarray(y * stride, (y + 1) * stride);
    const here = padded.subarray((y + 1) * stride, (y + 2) * stride);
    const below = padded.subarray((y + 2) * stride, (y + 3) * stride);
    for (let x = 0; x < width; x++) {
      const gx = side * (above[x + 2]! - above[x]! + below[x + 2]! - below[x]!) + middle * (here[x + 2]! - here[x]!);
      const gy =
        side * (below[x]! - above[x]! + below[x + 2]! - above[x + 2]!) + middle * (below[x + 1]! - above[x + 1]!);
      out[y * width + x] = Math.sqrt(gx * gx + gy * gy);
    }
  }
  return { width, height, data: out };
}
