/*
 * The filters of phase congruency: four wavelengths (6, 12, 24 and 48 pixels) in four orientations, each a Gaussian of
 * the logarithm of the frequency times a Gaussian of its direction, under a low pass that keeps out the corners of the
 * spectrum. All as in Kovesi's phasecong and, for the frequencies of odd sizes, as in piq.
 *
 * The rest follows from a quarter of the plane, and other directions from angles phi of 0 to 90 degrees; and since the
 * Gaussians are evaluated at equal steps, exp(-(x - k d)^2 / 2) = exp(-x^2 / 2) exp(x d)^k exp(-(k d)^2 / 2), so two
 * exponentials make all of them.
 */

/** Number of wavelengths, and of orientations. */
export const SCALES = 4;
export const ORIENTATIONS = 4;

const SHORTEST_WAVELENGTH = 6;
const CUTOFF = 0.45;
/** Of the Gaussian of log frequency, and the ratio of wavelengths in it. */
const LOG_SIGMA = -Math.log(0.55);
const LOG_STEP = Math.LN2;
/** Of the Gaussian of direction, and the angle between orientations. */
const ANGULAR_SIGMA = Math.PI / (ORIENTATIONS * 1.2);
const TURN = Math.PI / ORIENTATIONS;

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
  const [columns, rows] = [frequencies(width), frequencies(height)];
  const byScale = new Float64Array(SCALES);
  const byDirection = new Float64Array(8);
  const places = new Int32Array(4);
  for (let y = 0; y < rows.length; y++) {
    for (let x = 0; x < columns.length; x++) {
      const fx = columns[x]!;
      const fy = rows[y]!;
      frequencyGains(byScale, fx * fx + fy * fy);
      directionGains(byDirection, Math.atan2(fx, fy)); // the reference measures angles from the axis of rows
      const opposite = (width - x) % width;
      places[0] = y * width + x;
      places[1] = y * width + opposite;
      places[2] = ((height - y) % height) * width + x;
      places[3] = ((height - y) % height) * width + opposite;
      // Half a cycle a pixel has one place for both signs; it counts as negative, which is written last.
      for (let quarter = 0; quarter < 4; quarter++) {
        const i = places[quarter]!;
        for (let s = 0; s < SCALES; s++) radial[s]![i] = byScale[s]!;
        for (let o = 0; o < ORIENTATIONS; o++) angular[o]![i] = byDirection[DIRECTIONS[4 * quarter + o]!]!;
      }
    }
  }
  for (const plane of radial) plane[0] = 0; // the mean passes no filter
  return { radial, angular };
}

// Not negative frequencies, in cycles a pixel; at odd lengths the reference divides by one less.
function frequencies(length: number): Float64Array {
  const divisor = length % 2 === 1 ? length - 1 : length;
  return Float64Array.from({ length: (length >> 1) + 1 }, (_, i) => i / Math.max(1, divisor));
}

const LOG_RATIO = LOG_STEP / LOG_SIGMA;
const LOG_FACTORS = Float64Array.from({ length: SCALES }, (_, k) => Math.exp(-((k * LOG_RATIO) ** 2) / 2));

function frequencyGains(gains: Float64Array, squaredRadius: number): void {
  const x = Math.log(squaredRadius * SHORTEST_WAVELENGTH ** 2) / (2 * LOG_SIGMA);
  const ratio = Math.exp(-x * LOG_RATIO);
  const square = squaredRadius / (CUTOFF * CUTOFF);
  const fourth = square * square;
  const eighth = fourth * fourth;
  // 1 / (1 + (radius / cutoff)^30)
  let gain = Math.exp((-x * x) / 2) / (1 + square * fourth * eighth * eighth * eighth);
  for (let s = 0; s < SCALES; s++, gain *= ratio) gains[s] = gain * LOG_FACTORS[s]!;
}

/**
 * Outputs of {@link directionGains}: the direction in multiples of 45 degrees; the last is -3 or 5, whichever is
 * nearer.
 */
const MULTIPLES = [-2, -1, 0, 1, 2, 3, 4];
const ANGULAR_RATIO = TURN / ANGULAR_SIGMA;
const angularFactor = (k: number): number => Math.exp(-((k * ANGULAR_RATIO) ** 2) / 2);
const ANGULAR_FACTORS = Float64Array.from(MULTIPLES, angularFactor);
const [BEFORE, BEYOND] = [angularFactor(-3), angularFactor(5)];

/**
 * Which of them the four orientations take, where frequencies are (x, y), (-x, y), (x, -y), (-x, -y). There the angle is
 * -phi, phi, phi - 180 and 180 - phi.
 */
const DIRECTIONS = [2, 1, 0, 7, 2, 3, 4, 5, 6, 7, 0, 1, 6, 5, 4, 3];

function directionGains(gains: Float64Array, phi: number): void {
  const x = phi / ANGULAR_SIGMA;
  const first = Math.exp((-x * x) / 2);
  const ratio = Math.exp(x * ANGULAR_RATIO);
  let gain = first / (ratio * ratio);
  for (let k = 0; k < 7; k++, gain *= ratio) gains[k] = gain * ANGULAR_FACTORS[k]!;
  gains[7] = phi < TURN ? (first / (ratio * ratio * ratio)) * BEFORE : gain * BEYOND;
}
