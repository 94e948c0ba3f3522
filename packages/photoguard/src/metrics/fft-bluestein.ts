/*
 * Bluestein's transform, for lengths with a large prime factor: k n = (k^2 + n^2 - (k - n)^2) / 2, so a transform is a
 * convolution with the chirp c[n] = exp(i pi n^2 / length) between two products with its conjugate, and convolutions are
 * done by transforms of a longer, convenient length.
 */
import type { Sequences, Transform } from './fft-steps.ts';

/** The transform of up to `most` sequences, by transforms of a power of two that `makeTransform` makes. */
export function bluestein(
  length: number,
  most: number,
  makeTransform: (length: number, most: number) => Transform,
): Transform {
  let size = 4;
  while (size < 2 * length - 1) size *= 2;
  const transform = makeTransform(size, most);
  const angles = Float64Array.from({ length }, (_, n) => (Math.PI * ((n * n) % (2 * length))) / length);
  const chirp = packed(1, size);
  for (let n = 0; n < length; n++) {
    for (const at of n === 0 ? [0] : [n, size - n]) {
      chirp.re[at] = Math.cos(angles[n]!);
      chirp.im[at] = Math.sin(angles[n]!);
    }
  }
  const response = packed(1, size);
  transform(chirp, response, 1);
  const [x, y] = [packed(most, size), packed(most, size)];
  return (from, to, count) => {
    const [a, b] = [x, y].map((s) => ({ ...s, element: count })) as [Sequences, Sequences];
    a.re.fill(0);
    a.im.fill(0);
    for (let n = 0; n < length; n++) multiply(from, a, n, count, chirp.re[n]!, -chirp.im[n]!);
    transform(a, b, count);
    for (let k = 0; k < size; k++) multiply(b, b, k, count, response.re[k]! / size, response.im[k]! / size);
    transform(swapped(b), swapped(a), count);
    for (let k = 0; k < length; k++) multiply(a, to, k, count, chirp.re[k]!, -chirp.im[k]!);
  };
}

function packed(count: number, length: number): Sequences {
  const zeros = (): Float64Array => new Float64Array(count * length);
  return { re: zeros(), im: zeros(), start: 0, element: count, next: 1 };
}

const swapped = (s: Sequences): Sequences => ({ ...s, re: s.im, im: s.re });

// Value k of every sequence, times a complex number.
function multiply(from: Sequences, to: Sequences, k: number, count: number, wr: number, wi: number): void {
  let i = from.start + k * from.element;
  let o = to.start + k * to.element;
  for (let q = 0; q < count; q++, i += from.next, o += to.next) {
    const r = from.re[i]!;
    const s = from.im[i]!;
    to.re[o] = r * wr - s * wi;
    to.im[o] = r * wi + s * wr;
  }
}
