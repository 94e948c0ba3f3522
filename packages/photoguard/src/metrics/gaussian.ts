/*
 * A Gaussian window over a plane, separable, at all places where it lies wholly inside. It is symmetric, so that rows at
 * equal distance from the middle are added before they are weighed.
 */
import type { Plane } from './plane.ts';

/** The upper half of a Gaussian of `side` weights that add up to 1, the middle one first. `side` is odd. */
export function gaussian(side: number, sigma: number): Float64Array {
  const half = Float64Array.from({ length: (side + 1) / 2 }, (_, i) => Math.exp(-(i * i) / (2 * sigma * sigma)));
  const total = 2 * half.reduce((a, b) => a + b, 0) - half[0]!;
  return half.map((weight) => weight / total);
}

/** Weighted means of all windows inside a plane, which shrinks by the window's side less 1. */
export function filterInside({ width, height, data }: Plane, half: Float64Array): Plane {
  const reach = half.length - 1;
  const [w, h] = [width - 2 * reach, height - 2 * reach];
  const out = new Float64Array(w * h);
  const row = new Float64Array(width);
  for (let y = 0; y < h; y++) {
    blend(row, data, (y + reach) * width, width, half);
    blend(out.subarray(y * w, (y + 1) * w), row, reach, 1, half);
  }
  return { width: w, height: h, data: out };
}

// out[x] = sum over k of half[|k|] * data[middle + x + k * step], four pairs of terms at a time.
function blend(out: Float64Array, data: Float64Array, middle: number, step: number, half: Float64Array): void {
  const first = half[0]!;
  for (let x = 0; x < out.length; x++) out[x] = first * data[middle + x]!;
  let k = 1;
  for (; k + 3 < half.length; k += 4) {
    const [w1, w2, w3, w4] = [half[k]!, half[k + 1]!, half[k + 2]!, half[k + 3]!];
    const [k1, k2, k3, k4] = [k * step, (k + 1) * step, (k + 2) * step, (k + 3) * step];
    for (let x = 0, i = middle; x < out.length; x++, i++) {
      out[x]! +=
        w1 * (data[i - k1]! + data[i + k1]!) +
        w2 * (data[i - k2]! + data[i + k2]!) +
        (w3 * (data[i - k3]! + data[i + k3]!) + w4 * (data[i - k4]! + data[i + k4]!));
    }
  }
  for (; k < half.length; k++) {
    const weight = half[k]!;
    const away = k * step;
    for (let x = 0, i = middle; x < out.length; x++, i++) out[x]! += weight * (data[i - away]! + data[i + away]!);
  }
}
