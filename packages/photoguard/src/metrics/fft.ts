/*
 * Discrete Fourier transforms of any length, in float64. Own code, since kept libraries for JavaScript take powers of two
 * only (fft.js, ml-fft), or work in float32 (the WebAssembly builds of KISS FFT and PFFFT), and photos have any size.
 *
 * Several sequences are transformed at once, so that inner loops run over them with one twiddle factor. Steps are
 * Stockham's: each puts its results in order, so nothing is permuted at the end, and the first and last step read and
 * write wherever the sequences are, as columns or as rows of a plane. A length with a large prime factor becomes a
 * convolution of a length without (Bluestein).
 */
import { bluestein } from './fft-bluestein.ts';
import { oddRadix, radix2, radix4, type Step, type Transform } from './fft-steps.ts';
import { radix3, radix5 } from './fft-steps-odd.ts';

const LARGEST_RADIX = 50;
const STEPS = new Map([
  [2, radix2],
  [3, radix3],
  [4, radix4],
  [5, radix5],
]);

/** The transform of up to `most` sequences of `length` values at a time. Holds scratch memory of that size. */
export function makeTransform(length: number, most: number): Transform {
  const radices = factorRadices(length);
  if (radices.some((radix) => radix > LARGEST_RADIX)) return bluestein(length, most, makeTransform);
  const steps: Step[] = [];
  let [rest, done] = [length, 1];
  for (const radix of radices) {
    steps.push({ radix, rest, done, ...unitRoots(rest) });
    [rest, done] = [rest / radix, done * radix];
  }
  const scratch = [0, 1].map(() => ({ re: new Float64Array(length * most), im: new Float64Array(length * most) }));
  return (from, to, count) => {
    let source = from;
    steps.forEach((step, i) => {
      const target = i === steps.length - 1 ? to : { ...scratch[i % 2]!, start: 0, element: count, next: 1 };
      (STEPS.get(step.radix) ?? oddRadix)(source, target, count, step);
      source = target;
    });
  };
}

function factorRadices(length: number): number[] {
  const radices: number[] = [];
  let rest = length;
  for (; rest % 4 === 0; rest /= 4) radices.push(4);
  if (rest % 2 === 0) {
    radices.push(2);
    rest /= 2;
  }
  for (let odd = 3; odd * odd <= rest; odd += 2) for (; rest % odd === 0; rest /= odd) radices.push(odd);
  if (rest > 1 || radices.length === 0) radices.push(rest);
  return radices;
}

function unitRoots(n: number): { cos: Float64Array; sin: Float64Array } {
  const angles = Float64Array.from({ length: n }, (_, k) => (2 * Math.PI * k) / n);
  return { cos: angles.map(Math.cos), sin: angles.map(Math.sin) };
}
