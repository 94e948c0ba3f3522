/*
 * Phase congruency (Kovesi 1999): how well the waves that make up a picture agree in phase at each pixel, which is where
 * people see edges, whatever their contrast. Of each orientation: the energy of the filters' responses, less what noise
 * would give; the sum of it over orientations, by the sum of the responses' amplitudes.
 *
 * Two planes are transformed as real and imaginary part of one. What noise would give needs sums over the filters in
 * space; by Parseval's theorem they are sums over frequencies, and no filter is transformed.
 */
import type { Columns } from './fft.ts';
import { Fft2d } from './fft-2d.ts';
import { logGabor, ORIENTATIONS, SCALES } from './log-gabor.ts';
import { lowerMedian } from './median.ts';
import type { Plane } from './plane.ts';

const EPSILON = Number.EPSILON;
const DEVIATIONS = 2; // noise beyond its mean that is taken off, in standard deviations
const OVERESTIMATE = 1.7; // of noise, by this measure of congruency; Kovesi's figure

/** Phase congruency of two planes of one size, each about in [0, 1]. */
export function phaseCongruency(a: Plane, b: Plane): [Float64Array, Float64Array] {
  const { width, height } = a;
  const count = width * height;
  const fft = new Fft2d(width, height);
  const spectra = spectraOf(fft, a, b);
  const filters = logGabor(width, height);
  const gains = Array.from({ length: SCALES }, () => new Float64Array(count));
  const responses = Array.from({ length: SCALES }, () => complex(count));
  const results = spectra.map(() => ({ energy: new Float64Array(count), amplitude: new Float64Array(count) }));
  for (let o = 0; o < ORIENTATIONS; o++) {
    const angular = filters.angular[o]!;
    for (let s = 0; s < SCALES; s++) {
      const [gain, radial] = [gains[s]!, filters.radial[s]!];
      for (let i = 0; i < count; i++) gain[i] = radial[i]! * angular[i]!;
    }
    const noise = noiseOf(gains, width, height);
    spectra.forEach((spectrum, which) => {
      for (let s = 0; s < SCALES; s++) fft.inverse(spectrum, gains[s]!, responses[s]!);
      addOrientation(results[which]!, responses, noise);
    });
  }
  return results.map(({ energy, amplitude }) =>
    energy.map((value, i) => (value + EPSILON) / (amplitude[i]! + EPSILON)),
  ) as [Float64Array, Float64Array];
}

const complex = (count: number): Columns => ({ re: new Float64Array(count), im: new Float64Array(count) });

// Spectra of two real planes by one transform: Z = X + i Y, and both X and Y are conjugate at opposite frequencies.
// Divided by the number of values, so that inverses need no scale.
function spectraOf(fft: Fft2d, a: Plane, b: Plane): [Columns, Columns] {
  const { width, height } = a;
  const count = width * height;
  const z = complex(count);
  fft.forward({ re: a.data, im: b.data }, z);
  const [x, y] = [complex(count), complex(count)];
  for (let v = 0; v < height; v++) {
    for (let u = 0; u < width; u++) {
      const i = v * width + u;
      const j = ((height - v) % height) * width + ((width - u) % width);
      x.re[i] = (z.re[i]! + z.re[j]!) / (2 * count);
      x.im[i] = (z.im[i]! - z.im[j]!) / (2 * count);
      y.re[i] = (z.im[i]! + z.im[j]!) / (2 * count);
      y.im[i] = (z.re[j]! - z.re[i]!) / (2 * count);
    }
  }
  return [x, y];
}

// Total energy that white noise would give, per unit of the median squared amplitude at the shortest wavelength: that
// amplitude's square has a chi-squared distribution, whose mean is the median / ln 2.
function noiseOf(gains: readonly Float64Array[], width: number, height: number): number {
  let [shortest, total] = [0, 0];
  for (let v = 0; v < height; v++) {
    for (let u = 0; u < width; u++) {
      const i = v * width + u;
      const j = ((height - v) % height) * width + ((width - u) % width);
      let sum = 0;
      for (const gain of gains) sum += (gain[i]! + gain[j]!) / 2;
      total += sum * sum;
      shortest += gains[0]![i]! * gains[0]![i]!;
    }
  }
  return (2 * total) / (Math.LN2 * shortest);
}

interface Congruency {
  readonly energy: Float64Array;
  readonly amplitude: Float64Array;
}

function addOrientation({ energy, amplitude }: Congruency, responses: readonly Columns[], noise: number): void {
  const threshold = thresholdOf(responses[0]!, noise);
  const [r0, r1, r2, r3] = responses as [Columns, Columns, Columns, Columns];
  for (let i = 0; i < energy.length; i++) {
    const [e0, e1, e2, e3] = [r0.re[i]!, r1.re[i]!, r2.re[i]!, r3.re[i]!];
    const [o0, o1, o2, o3] = [r0.im[i]!, r1.im[i]!, r2.im[i]!, r3.im[i]!];
    const [even, odd] = [e0 + e1 + e2 + e3, o0 + o1 + o2 + o3];
    // Along the mean phase, less the distance from it; both in the length of the mean's vector.
    const length = Math.sqrt(even * even + odd * odd) + EPSILON;
    const along = even * even + odd * odd;
    const across =
      Math.abs(e0 * odd - o0 * even) +
      Math.abs(e1 * odd - o1 * even) +
      Math.abs(e2 * odd - o2 * even) +
      Math.abs(e3 * odd - o3 * even);
    energy[i]! += Math.max(0, (along - across) / length - threshold);
    amplitude[i]! +=
      Math.sqrt(e0 * e0 + o0 * o0) +
      Math.sqrt(e1 * e1 + o1 * o1) +
      Math.sqrt(e2 * e2 + o2 * o2) +
      Math.sqrt(e3 * e3 + o3 * o3);
  }
}

// The length of a sum of random waves has a Rayleigh distribution.
function thresholdOf({ re, im }: Columns, noise: number): number {
  const squares = re.map((value, i) => value * value + im[i]! * im[i]!);
  const parameter = Math.sqrt((lowerMedian(squares) * noise) / 2);
  const mean = parameter * Math.sqrt(Math.PI / 2);
  const deviation = parameter * Math.sqrt(2 - Math.PI / 2);
  return (mean + DEVIATIONS * deviation) / OVERESTIMATE;
}
