import { describe, expect, it } from 'vitest';
import { makeTransform } from './fft.ts';
import { type ComplexPlane, Fft2d } from './fft-2d.ts';

// Powers of two, products of small primes, primes by definition (7, 43), and lengths with a prime above 50 (53, 106, 509).
const LENGTHS = [1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 30, 43, 45, 53, 64, 106, 125, 128, 165, 172, 509];

describe('the Fourier transform of sequences', () => {
  it.each(LENGTHS)('of length %i is the sum that defines it, of rows as of columns', (length) => {
    const count = 3;
    const x = wave(length * count);
    for (const [element, next] of [
      [count, 1],
      [1, length],
    ] as const) {
      const result = zeros(length * count);
      const place = { start: 0, element, next };
      makeTransform(length, 4)({ ...x, ...place }, { ...result, ...place }, count);
      for (let k = 0; k < length; k++) {
        const expected = sum(x, length, k, place);
        expect(result.re[k * element + next]).toBeCloseTo(expected.re, 10);
        expect(result.im[k * element + next]).toBeCloseTo(expected.im, 10);
      }
    }
    expect(x).toEqual(wave(length * count)); // left alone
  });
});

// Of sequence 1, by definition.
function sum(
  { re, im }: ComplexPlane,
  length: number,
  k: number,
  { element, next }: { element: number; next: number },
) {
  const total = { re: 0, im: 0 };
  for (let n = 0; n < length; n++) {
    const angle = (-2 * Math.PI * ((k * n) % length)) / length;
    const i = n * element + next;
    total.re += re[i]! * Math.cos(angle) - im[i]! * Math.sin(angle);
    total.im += re[i]! * Math.sin(angle) + im[i]! * Math.cos(angle);
  }
  return total;
}

describe('the Fourier transform of planes', () => {
  it.each([
    [8, 8],
    [20, 33],
    [61, 18],
    [1, 7],
  ])('of %i x %i is undone by its inverse, but for their size', (width, height) => {
    const x = wave(width * height);
    const fft = new Fft2d(width, height);
    const [spectrum, back] = [zeros(width * height), zeros(width * height)];
    fft.forward(x, spectrum);
    fft.inverse(spectrum, back);
    for (let i = 0; i < width * height; i++) {
      expect(back.re[i]! / (width * height)).toBeCloseTo(x.re[i]!, 12);
      expect(back.im[i]! / (width * height)).toBeCloseTo(x.im[i]!, 12);
    }
  });

  it('has the sum of all values at frequency 0, and one pair of peaks for a wave', () => {
    const [width, height] = [12, 10];
    const plane = Float64Array.from({ length: width * height }, (_, i) => {
      const [x, y] = [i % width, Math.floor(i / width)];
      return 3 + Math.cos(2 * Math.PI * ((2 * x) / width + (3 * y) / height));
    });
    const spectrum = zeros(width * height);
    new Fft2d(width, height).forward({ re: plane, im: new Float64Array(width * height) }, spectrum);
    const peaks = [...spectrum.re].flatMap((value, i) => (Math.abs(value) > 1e-9 ? [[i, Math.round(value)]] : []));
    expect(peaks).toEqual([
      [0, 360],
      [3 * width + 2, 60],
      [7 * width + 10, 60],
    ]);
  });
});

function zeros(count: number): ComplexPlane {
  return { re: new Float64Array(count), im: new Float64Array(count) };
}

function wave(count: number): ComplexPlane {
  return {
    re: Float64Array.from({ length: count }, (_, i) => Math.sin(i * i * 0.7 + 1)),
    im: Float64Array.from({ length: count }, (_, i) => Math.cos(i * 1.3 - 2)),
  };
}
