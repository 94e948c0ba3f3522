// The guided filter (He, Sun and Tang 2010) with a colour guide: in each window the result is the linear function of
// the guide's three channels that is nearest to the input; each pixel is the mean over the windows that contain it. As
// in OpenCV's ximgproc: windows with sides of 2 radius + 1, edges mirrored with the last pixel repeated, eps (levels^2)
// added to the variances.
import type { Size } from '../image/index.ts';
import { mirrored } from '../transforms/index.ts';

/** A guide with everything that does not depend on the input. */
export interface Guide {
  /** Filters a plane, [H, W], with values 0..255. */
  filter(plane: Float64Array): Float64Array;
}

/** Prepares a guide: three planes with values 0..255. */
export function prepareGuide(planes: readonly Float64Array[], size: Size, radius: number, eps: number): Guide {
  const mean = (x: Float64Array): Float64Array => boxMean(x, size, radius);
  const means = planes.map(mean);
  const covariance = (i: number, j: number): Float64Array => {
    const product = mean(times(planes[i]!, planes[j]!));
    return product.map((v, p) => v - means[i]![p]! * means[j]![p]! + (i === j ? eps : 0));
  };
  const inverse = invert(covariance);
  return {
    filter(input) {
      const inputMean = mean(input);
      const joint = planes.map((plane, i) => {
        const product = mean(times(plane, input));
        return product.map((v, p) => v - means[i]![p]! * inputMean[p]!);
      });
      const slopes = [0, 1, 2].map((i) =>
        joint[0]!.map(
          (v, p) => inverse(i, 0)[p]! * v + inverse(i, 1)[p]! * joint[1]![p]! + inverse(i, 2)[p]! * joint[2]![p]!,
        ),
      );
      const offset = inputMean.map((v, p) => v - slopes.reduce((sum, a, i) => sum + a[p]! * means[i]![p]!, 0));
      const [a0, a1, a2] = slopes.map(mean) as [Float64Array, Float64Array, Float64Array];
      return mean(offset).map(
        (b, p) => b + a0[p]! * planes[0]![p]! + a1[p]! * planes[1]![p]! + a2[p]! * planes[2]![p]!,
      );
    },
  };
}

const times = (a: Float64Array, b: Float64Array): Float64Array => a.map((v, p) => v * b[p]!);

// Inverse of the symmetric 3 x 3 matrix at each pixel, by cofactors.
function invert(c: (i: number, j: number) => Float64Array): (i: number, j: number) => Float64Array {
  const [c00, c01, c02, c11, c12, c22] = [c(0, 0), c(0, 1), c(0, 2), c(1, 1), c(1, 2), c(2, 2)];
  const cofactors = [
    [c11.map((v, p) => v * c22[p]! - c12[p]! ** 2)],
    [c01.map((v, p) => c02[p]! * c12[p]! - v * c22[p]!), c00.map((v, p) => v * c22[p]! - c02[p]! ** 2)],
    [
      c01.map((v, p) => v * c12[p]! - c02[p]! * c11[p]!),
      c00.map((v, p) => c01[p]! * c02[p]! - v * c12[p]!),
      c00.map((v, p) => v * c11[p]! - c01[p]! ** 2),
    ],
  ];
  const determinant = c00.map(
    (v, p) => v * cofactors[0]![0]![p]! + c01[p]! * cofactors[1]![0]![p]! + c02[p]! * cofactors[2]![0]![p]!,
  );
  const inverse = cofactors.map((row) => row.map((x) => x.map((v, p) => v / determinant[p]!)));
  return (i, j) => inverse[Math.max(i, j)]![Math.min(i, j)]!;
}

/** Mean over a window with sides of 2 radius + 1 pixels, with running sums. */
export function boxMean(plane: Float64Array, { width, height }: Size, radius: number): Float64Array {
  const along = new Float64Array(plane.length);
  const out = new Float64Array(plane.length);
  for (let y = 0; y < height; y++) runningSum(plane, along, y * width, 1, width, radius);
  for (let x = 0; x < width; x++) runningSum(along, out, x, width, height, radius);
  const area = (2 * radius + 1) ** 2;
  return out.map((v) => v / area);
}

function runningSum(
  from: Float64Array,
  to: Float64Array,
  start: number,
  step: number,
  length: number,
  radius: number,
): void {
  const at = (i: number): number => from[start + step * mirrored(i, length)]!;
  let sum = 0;
  for (let i = -radius; i <= radius; i++) sum += at(i);
  for (let i = 0; i < length; i++) {
    to[start + step * i] = sum;
    sum += at(i + radius + 1) - at(i - radius);
  }
}
