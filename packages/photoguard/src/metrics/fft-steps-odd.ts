// Stockham's steps of radix 3 and 5, which most sides of photos are made of beside 2 and 4. As in fft-steps.ts, terms j and
// radix - j have conjugate factors: with their sums s and differences d, outputs k and radix - k are e -+ i o.
import { joinRows, type Sequences, type Step } from './fft-steps.ts';

const SIN3 = Math.sqrt(3) / 2;
const [COS5_1, COS5_2] = [Math.cos((2 * Math.PI) / 5), Math.cos((4 * Math.PI) / 5)];
const [SIN5_1, SIN5_2] = [Math.sin((2 * Math.PI) / 5), Math.sin((4 * Math.PI) / 5)];

/** Radix 3. */
export function radix3(from: Sequences, to: Sequences, count: number, { rest, done, cos, sin }: Step): void {
  const { re, im, next } = from;
  const { re: toRe, im: toIm, next: toNext } = to;
  const { width, rows } = joinRows(from, to, count, done);
  const m = rest / 3;
  const far = m * done * from.element;
  const toFar = done * to.element;
  for (let p = 0; p < m; p++) {
    const w1r = cos[p]!;
    const w1i = -sin[p]!;
    const w2r = cos[2 * p]!;
    const w2i = -sin[2 * p]!;
    for (let row = 0; row < rows; row++) {
      let a = from.start + (p * done + row) * from.element;
      let out = to.start + (3 * p * done + row) * to.element;
      for (let q = 0; q < width; q++, a += next, out += toNext) {
        const ar = re[a]!;
        const ai = im[a]!;
        const sr = re[a + far]! + re[a + 2 * far]!;
        const si = im[a + far]! + im[a + 2 * far]!;
        const or = SIN3 * (re[a + far]! - re[a + 2 * far]!);
        const oi = SIN3 * (im[a + far]! - im[a + 2 * far]!);
        toRe[out] = ar + sr;
        toIm[out] = ai + si;
        const er = ar - sr / 2;
        const ei = ai - si / 2;
        const fr = er + oi;
        const fi = ei - or;
        toRe[out + toFar] = fr * w1r - fi * w1i;
        toIm[out + toFar] = fr * w1i + fi * w1r;
        const gr = er - oi;
        const gi = ei + or;
        toRe[out + 2 * toFar] = gr * w2r - gi * w2i;
        toIm[out + 2 * toFar] = gr * w2i + gi * w2r;
      }
    }
  }
}

/** Radix 5. */
export function radix5(from: Sequences, to: Sequences, count: number, { rest, done, cos, sin }: Step): void {
  const { re, im, next } = from;
  const { re: toRe, im: toIm, next: toNext } = to;
  const { width, rows } = joinRows(from, to, count, done);
  const m = rest / 5;
  const far = m * done * from.element;
  const toFar = done * to.element;
  for (let p = 0; p < m; p++) {
    const w1r = cos[p]!;
    const w1i = -sin[p]!;
    const w2r = cos[2 * p]!;
    const w2i = -sin[2 * p]!;
    const w3r = cos[3 * p]!;
    const w3i = -sin[3 * p]!;
    const w4r = cos[4 * p]!;
    const w4i = -sin[4 * p]!;
    for (let row = 0; row < rows; row++) {
      let a = from.start + (p * done + row) * from.element;
      let out = to.start + (5 * p * done + row) * to.element;
      for (let q = 0; q < width; q++, a += next, out += toNext) {
        const b = a + far;
        const c = b + far;
        const d = c + far;
        const e = d + far;
        const ar = re[a]!;
        const ai = im[a]!;
        const s1r = re[b]! + re[e]!;
        const s1i = im[b]! + im[e]!;
        const d1r = re[b]! - re[e]!;
        const d1i = im[b]! - im[e]!;
        const s2r = re[c]! + re[d]!;
        const s2i = im[c]! + im[d]!;
        const d2r = re[c]! - re[d]!;
        const d2i = im[c]! - im[d]!;
        toRe[out] = ar + s1r + s2r;
        toIm[out] = ai + s1i + s2i;
        const e1r = ar + COS5_1 * s1r + COS5_2 * s2r;
        const e1i = ai + COS5_1 * s1i + COS5_2 * s2i;
        const o1r = SIN5_1 * d1r + SIN5_2 * d2r;
        const o1i = SIN5_1 * d1i + SIN5_2 * d2i;
        const e2r = ar + COS5_2 * s1r + COS5_1 * s2r;
        const e2i = ai + COS5_2 * s1i + COS5_1 * s2i;
        const o2r = SIN5_2 * d1r - SIN5_1 * d2r;
        const o2i = SIN5_2 * d1i - SIN5_1 * d2i;
        const f1r = e1r + o1i;
        const f1i = e1i - o1r;
        toRe[out + toFar] = f1r * w1r - f1i * w1i;
        toIm[out + toFar] = f1r * w1i + f1i * w1r;
        const f2r = e2r + o2i;
        const f2i = e2i - o2r;
        toRe[out + 2 * toFar] = f2r * w2r - f2i * w2i;
        toIm[out + 2 * toFar] = f2r * w2i + f2i * w2r;
        const f3r = e2r - o2i;
        const f3i = e2i + o2r;
        toRe[out + 3 * toFar] = f3r * w3r - f3i * w3i;
        toIm[out + 3 * toFar] = f3r * w3i + f3i * w3r;
        const f4r = e1r - o1i;
        const f4i = e1i + o1r;
        toRe[out + 4 * toFar] = f4r * w4r - f4i * w4i;
        toIm[out + 4 * toFar] = f4r * w4i + f4i * w4r;
      }
    }
  }
}
