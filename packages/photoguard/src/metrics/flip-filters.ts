/*
 * FLIP's model of the eye, as filters for a number of pixels per degree of vision. Contrast sensitivity, one filter for each
 * channel of YyCxCz, is a Gaussian or a sum of two; edges and points are found by derivatives of a Gaussian. All are
 * separable, so each is stored as two factors, from the middle outwards: a factor is even, or odd if it is a first derivative.
 */

/** A factor of a separable filter: the middle weight and those after it. */
export type Half = Float64Array;

/** Filters of a display. */
export interface FlipFilters {
  /** Radius of the widest filter, in pixels. */
  readonly reach: number;
  /** For Y, Cx and Cz: the sum of these Gaussians, each along both axes; their weights are in the first axis. */
  readonly contrast: readonly [readonly Gaussian[], readonly Gaussian[], readonly Gaussian[]];
  /** The Gaussian across an edge or a point, and the derivatives along it. */
  readonly smooth: Half;
  readonly edge: Half;
  readonly point: Half;
}

/** A Gaussian along x, with its weight in the sum, and along y. */
export interface Gaussian {
  readonly along: Half;
  readonly down: Half;
}

// Weight and width of the Gaussians a sqrt(pi / b) exp(-pi^2 d^2 / b) at a distance of d degrees (FLIP's table 1).
const SENSITIVITY = [
  [[1, 0.0047]],
  [[1, 0.0053]],
  [
    [34.1, 0.04],
    [13.5, 0.025],
  ],
] as const;
const WIDEST = 0.04;
// A weight that vanishes in float32 beside the middle one, which is 1: the narrow Gaussians end there.
const NOTHING = 1e-9;
/** Width of a feature, in degrees. */
const FEATURE = 0.082;

/** See the head of this file. */
export function flipFilters(pixelsPerDegree: number): FlipFilters {
  const colourReach = Math.ceil(3 * Math.sqrt(WIDEST / (2 * Math.PI ** 2)) * pixelsPerDegree);
  const sd = 0.5 * FEATURE * pixelsPerDegree;
  const featureReach = Math.ceil(3 * sd);
  const gauss = half(featureReach, (x) => Math.exp(-(x * x) / (2 * sd * sd)));
  return {
    reach: Math.max(colourReach, featureReach),
    contrast: SENSITIVITY.map((terms) => makeGaussians(terms, colourReach, pixelsPerDegree)) as unknown as [
      Gaussian[],
      Gaussian[],
      Gaussian[],
    ],
    smooth: scaled(gauss, 1 / total(gauss)),
    edge: balanced(
      gauss.map((g, x) => x * g),
      false,
    ),
    point: balanced(
      gauss.map((g, x) => (x ** 2 / sd ** 2 - 1) * g),
      true,
    ),
  };
}

// The weights of all terms together add up to 1.
function makeGaussians(terms: readonly (readonly [number, number])[], reach: number, ppd: number): Gaussian[] {
  const halves = terms.map(([, b]) => half(reach, (x) => Math.exp(-(Math.PI ** 2) * (x / ppd) ** 2) ** (1 / b)));
  const weights = terms.map(([a, b]) => a * Math.sqrt(Math.PI / b));
  const sum = halves.reduce((all, one, i) => all + weights[i]! * total(one) ** 2, 0);
  return halves.map((one, i) => {
    const down = one.filter((weight) => weight > NOTHING);
    return { along: scaled(down, weights[i]! / sum), down };
  });
}

const half = (reach: number, of: (x: number) => number): Half =>
  Float64Array.from({ length: reach + 1 }, (_, x) => of(x));
const total = (h: Half): number => 2 * h.reduce((a, b) => a + b, 0) - h[0]!;
const scaled = (h: Half, factor: number): Half => h.map((weight) => weight * factor);

// The positive weights of the whole filter add up to 1, the negative ones to -1. Each half of an odd filter has one sign.
function balanced(h: Half, isEven: boolean): Half {
  if (!isEven) return scaled(h, 1 / h.reduce((a, b) => a + b, 0));
  const positive = total(h.map((weight) => Math.max(weight, 0)));
  const negative = -total(h.map((weight) => Math.min(weight, 0)));
  return h.map((weight) => weight / (weight > 0 ? positive : negative));
}
