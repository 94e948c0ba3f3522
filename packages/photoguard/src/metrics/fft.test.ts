import { describe, expect, it } from 'vitest';
import { transformOf } from './fft.ts';
import { Fft2d } from './fft-2d.ts';

// Powers of two, products of small primes, primes by definition (7, 43), and lengths with a prime above 50 (53, 106, 509).
const LENGTHS = [1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 30, 43, 45, 53, 64, 106, 128, 165, 172, 509];

describe('the Fourier transform of columns', () => {
  it.each(LENGTHS)('of length %i is the sum that defines it', (length) => {
    const batch = 3;
    const x = wave(length * batch);
    const result = transformOf(length, batch)(
      { re: x.re.slice(), im: x.im.slice() },
      { re: new Float64Array(length * batch), im: new Float64Array(length * batch) },
    );
    for (let column = 0; column < batch; column++) {
      for (let k = 0; k < length; k++) {
        let [re, im] = [0, 0];
        for (let n = 0; n < length; n++) {
          const angle = (-2 * Math.PI * ((k * n) % length)) / length;
          const i = n * batch + column;
          re += x.re[i]! * Math.cos(angle) - x.im[i]! * Math.sin(angle);
          im += x.re[i]! * Math.sin(angle) + x.im[i]! * Math.cos(angle);
        }
        expect(result.re[k * batch + column]).toBeCloseTo(re, 10);
        expect(result.im[k * batch + column]).toBeCloseTo(im, 10);
      }
    }
  });
});

describe('the Fourier transform of planes', () => {
  it.each([
    [8, 8],
    [20, 33],
    [61, 18],
    [1, 7],
  ])('of %i x %i is undone by its inverse', (width, height) => {
    const count = width * height;
    const x = wave(count);
    const fft = new Fft2d(width, height);
    const [spectrum, back] = [wave(count), wave(count)];
    fft.forward(x, spectrum);
    fft.inverse(spectrum, new Float64Array(count).fill(1 / count), back);
    for (let i = 0; i < count; i++) {
      expect(back.re[i]).toBeCloseTo(x.re[i]!, 12);
      expect(back.im[i]).toBeCloseTo(x.im[i]!, 12);
    }
  });

  it('has the sum of all values at frequency 0, and one peak for a wave', () => {
    const [width, height] = [12, 10];
    const plane = Float64Array.from({ length: width * height }, (_, i) => {
      const [x, y] = [i % width, Math.floor(i / width)];
      return 3 + Math.cos(2 * Math.PI * ((2 * x) / width + (3 * y) / height));
    });
    const spectrum = wave(width * height);
    new Fft2d(width, height).forward({ re: plane, im: new Float64Array(width * height) }, spectrum);
    const peaks = [...spectrum.re].flatMap((value, i) => (Math.abs(value) > 1e-9 ? [[i, Math.round(value)]] : []));
    expect(peaks).toEqual([
      [0, 360],
      [3 * width + 2, 60],
      [7 * width + 10, 60],
    ]);
  });
});

function wave(count: number): { re: Float64Array; im: Float64Array } {
  return {
    re: Float64Array.from({ length: count }, (_, i) => Math.sin(i * i * 0.7 + 1)),
    im: Float64Array.from({ length: count }, (_, i) => Math.cos(i * 1.3 - 2)),
  };
}
