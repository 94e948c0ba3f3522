/*
 * The filters of phase congruency: four wavelengths (6, 12, 24 and 48 pixels) in four orientations, each a Gaussian of
 * the logarithm of the frequency times a Gaussian of its direction, under a low pass that keeps out the corners of the
 * spectrum. All as in Kovesi's phasecong and, for the frequencies of odd sizes, as in piq.
 */

/** Number of wavelengths, and of orientations. */
export const SCALES = 4;
export const ORIENTATIONS = 4;

const SHORTEST_WAVELENGTH = 6;
const SIGMA_ON_FREQUENCY = 0.55;
const ANGULAR_SIGMA = Math.PI / (ORIENTATIONS * 1.2);
const CUTOFF = 0.45;

/** Gains of real filters, each [height][width] with frequency 0 first. */
export interface LogGabor {
  /** By wavelength, the shortest first. */
  readonly radial: readonly Float64Array[];
  /** By orientation: multiples of 45 degrees. */
  readonly angular: readonly Float64Array[];
}

/** The filters' two factors for planes of `width` x `height`. */
export function logGabor(width: number, height: number): LogGabor {
  const planes = (count: number): Float64Array[] =>
    Array.from({ length: count }, () => new Float64Array(width * height));
  const [radial, angular] = [planes(SCALES), planes(ORIENTATIONS)];
  const [fx, fy] = [frequencies(width), frequencies(height)];
  const spread = 2 * Math.log(SIGMA_ON_FREQUENCY) ** 2;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const i = y * width + x;
      // The reference measures the angle from the axis of rows.
      const angle = Math.atan2(-fx[x]!, fy[y]!);
      for (let o = 0; o < ORIENTATIONS; o++) {
        const turn = Math.abs(angle - (o * Math.PI) / ORIENTATIONS);
        const distance = Math.min(turn, 2 * Math.PI - turn);
        angular[o]![i] = Math.exp(-(distance * distance) / (2 * ANGULAR_SIGMA * ANGULAR_SIGMA));
      }
      if (i === 0) continue; // the mean passes no filter
      const radius = Math.sqrt(fx[x]! * fx[x]! + fy[y]! * fy[y]!);
      const lowPass = 1 / (1 + (radius / CUTOFF) ** 30);
      const logRadius = Math.log(radius * SHORTEST_WAVELENGTH);
      for (let s = 0; s < SCALES; s++) {
        const octaves = logRadius + s * Math.LN2;
        radial[s]![i] = lowPass * Math.exp(-(octaves * octaves) / spread);
      }
    }
  }
  return { radial, angular };
}

// Cycles a pixel; at odd lengths the reference divides by one less.
function frequencies(length: number): Float64Array {
  const divisor = length % 2 === 1 ? length - 1 : length;
  return Float64Array.from({ length }, (_, i) => (i < length / 2 ? i : i - length) / divisor);
}
