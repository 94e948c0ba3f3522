// Gaussian blur along one axis as a banded matrix, with the weights of torchvision's gaussian_blur: exp(-d^2 / (2 s^2))
// at whole distances, normalised to 1, reflected beyond the edges. As a matrix it can be transposed, which gives the
// gradient of the blur: see applySeparable and transposeBand of the image room. sharp blurs with rounded weights.
import type { BandMatrix } from '../image/index.ts';
import { reflected } from './reflected.ts';

/** The weights of a Gaussian at distances -radius..radius; they sum to 1. */
export function gaussianWeights(radius: number, sigma: number): Float64Array {
  const weights = Float64Array.from({ length: 2 * radius + 1 }, (_, i) =>
    Math.exp(-((i - radius) ** 2) / (2 * sigma ** 2)),
  );
  const sum = weights.reduce((a, b) => a + b, 0);
  return weights.map((w) => w / sum);
}

/** The blur of an axis of `length` pixels with a kernel of `2 radius + 1`. */
export function gaussianMatrix(length: number, radius: number, sigma: number): BandMatrix {
  const weights = gaussianWeights(radius, sigma);
  const taps = Math.min(2 * radius + 1, length);
  const matrix = {
    rows: length,
    columns: length,
    taps,
    starts: new Int32Array(length),
    counts: new Int32Array(length).fill(taps),
    weights: new Float64Array(length * taps),
  };
  for (let i = 0; i < length; i++) {
    // Reflected pixels are also within the radius of i, so a row is at most as long as the kernel; at the edges it is
    // shorter.
    const start = Math.min(Math.max(i - radius, 0), length - taps);
    matrix.starts[i] = start;
    weights.forEach((w, k) => {
      matrix.weights[i * taps + reflected(i - radius + k, length) - start]! += w;
    });
  }
  return matrix;
}
