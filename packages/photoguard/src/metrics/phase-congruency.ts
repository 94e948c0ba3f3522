/*
 * Phase congruency (Kovesi 1999): how well the waves that make up a picture agree in phase at each pixel, which is
 * where people see edges, whatever their contrast. For each orientation: the energy of the filters' responses, minus
 * that expected from noise. The sum over orientations is divided by the sum of the responses' amplitudes.
 *
 * Two planes are transformed as real and imaginary part of one. The energy expected from noise needs sums over the
 * filters in space; by Parseval's theorem these are sums over frequencies, so no filter is transformed.
 */
import { type ComplexPlane, Fft2d } from './fft-2d.ts';
import { type LogGabor, logGabor, ORIENTATIONS, SCALES } from './log-gabor.ts';
import { lowerMedian } from './median.ts';
import type { Plane } from './plane.ts';

const EPSILON = Number.EPSILON;
const DEVIATIONS = 2; // noise beyond its mean that is subtracted, in standard deviations
const OVERESTIMATE = 1.7; // of noise, by this measure of congruency; Kovesi's figure

/** Phase congruency of two planes of one size, each about in [0, 1]. */
export function phaseCongruency(a: Plane, b: Plane): [Float64Array, Float64Array] {
  const { width, height } = a;
  const count = width * height;
  const fft = new Fft2d(width, height);
  const filters = logGabor(width, height);
  const spectra = transformBoth(fft, a, b);
  const filtered = complex(count);
  const responses = Array.from({ length: SCALES }, () => complex(count));
  const results = spectra.map(() => ({ energy: new Float64Array(count), amplitude: new Float64Array(count) }));
  for (let orientation = 0; orientation < ORIENTATIONS; orientation++) {
    const noise = noisePower(filters, orientation, width, height);
    spectra.forEach((spectrum, which) => {
      responses.forEach((response, scale) => {
        filter(filtered, spectrum, filters.radial[scale]!, filters.angular[orientation]!);
        fft.inverse(filtered, response);
      });
      addOrientation(results[which]!, responses, noise);
    });
  }
  return results.map(({ energy, amplitude }) => {
    for (let i = 0; i < count; i++) energy[i] = (energy[i]! + EPSILON) / (amplitude[i]! + EPSILON);
    return energy;
  }) as [Float64Array, Float64Array];
}

const complex = (count: number): ComplexPlane => ({ re: new Float64Array(count), im: new Float64Array(count) });

// Spectra of two real planes by one transform: Z = X + i Y, and both X and Y are conjugate at opposite frequencies.
// Divided by the number of values, so that inverses need no scale.
function transformBoth(fft: Fft2d, a: Plane, b: Plane): [ComplexPlane, ComplexPlane] {
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

function filter(out: ComplexPlane, { re, im }: ComplexPlane, radial: Float64Array, angular: Float64Array): void {
  for (let i = 0; i < radial.length; i++) {
    const gain = radial[i]! * angular[i]!;
    out.re[i] = re[i]! * gain;
    out.im[i] = im[i]! * gain;
  }
}

// Total energy expected from white noise, per unit of the median squared amplitude at the shortest wavelength: that
// amplitude's square has a chi-squared distribution, whose mean is the median / ln 2. In space the filters' real parts
// are added, that is, their gains at opposite frequencies are averaged; the radial gain is the same there.
function noisePower({ radial, angular }: LogGabor, orientation: number, width: number, height: number): number {
  const [r0, r1, r2, r3] = radial as [Float64Array, Float64Array, Float64Array, Float64Array];
  const direction = angular[orientation]!;
  let shortest = 0;
  let total = 0;
  for (let v = 0; v < height; v++) {
    const opposite = ((height - v) % height) * width;
    for (let u = 0; u < width; u++) {
      const i = v * width + u;
      const j = opposite + (u === 0 ? 0 : width - u);
      const sum = ((r0[i]! + r1[i]! + r2[i]! + r3[i]!) * (direction[i]! + direction[j]!)) / 2;
      const first = r0[i]! * direction[i]!;
      total += sum * sum;
      shortest += first * first;
    }
  }
  return (2 * total) / (Math.LN2 * shortest);
}

interface Congruency {
  readonly energy: Float64Array;
  readonly amplitude: Float64Array;
}

function addOrientation({ energy, amplitude }: Congruency, responses: readonly ComplexPlane[], noise: number): void {
  const threshold = noiseThreshold(responses[0]!, noise);
  const [even0, even1, even2, even3] = responses.map(({ re }) => re) as Four;
  const [odd0, odd1, odd2, odd3] = responses.map(({ im }) => im) as Four;
  for (let i = 0; i < energy.length; i++) {
    const e0 = even0[i]!;
    const e1 = even1[i]!;
    const e2 = even2[i]!;
    const e3 = even3[i]!;
    const o0 = odd0[i]!;
    const o1 = odd1[i]!;
    const o2 = odd2[i]!;
    const o3 = odd3[i]!;
    const even = e0 + e1 + e2 + e3;
    const odd = o0 + o1 + o2 + o3;
    // Along the mean phase, less the distance from it; both times the length of the mean's vector.
    const along = even * even + odd * odd;
    const across =
      Math.abs(e0 * odd - o0 * even) +
      Math.abs(e1 * odd - o1 * even) +
      Math.abs(e2 * odd - o2 * even) +
      Math.abs(e3 * odd - o3 * even);
    energy[i]! += Math.max(0, (along - across) / (Math.sqrt(along) + EPSILON) - threshold);
    amplitude[i]! +=
      Math.sqrt(e0 * e0 + o0 * o0) +
      Math.sqrt(e1 * e1 + o1 * o1) +
      Math.sqrt(e2 * e2 + o2 * o2) +
      Math.sqrt(e3 * e3 + o3 * o3);
  }
}

type Four = [Float64Array, Float64Array, Float64Array, Float64Array];

// The length of a sum of random waves has a Rayleigh distribution.
function noiseThreshold({ re, im }: ComplexPlane, noise: number): number {
  const squares = new Float64Array(re.length);
  for (let i = 0; i < re.length; i++) squares[i] = re[i]! * re[i]! + im[i]! * im[i]!;
  const parameter = Math.sqrt((lowerMedian(squares) * noise) / 2);
  const mean = parameter * Math.sqrt(Math.PI / 2);
  const deviation = parameter * Math.sqrt(2 - Math.PI / 2);
  return (mean + DEVIATIONS * deviation) / OVERESTIMATE;
}
