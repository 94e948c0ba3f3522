/*
 * Stockham's steps of a Fourier transform, of radix 4, 2 and any odd number. The remaining transform, of `rest` values,
 * splits into `radix` transforms of rest / radix values; the `done` results of earlier steps are next to each other.
 *
 * These loops are where the time of a transform goes. Every number has its own variable: creating arrays only to
 * destructure them costs ten times the arithmetic.
 */

/** Complex sequences somewhere in memory: value k of sequence b is at `start + k * element + b * next`. */
export interface Sequences {
  readonly re: Float64Array;
  readonly im: Float64Array;
  readonly start: number;
  readonly element: number;
  readonly next: number;
}

/**
 * Transforms `count` sequences: X[k] = sum over n of x[n] exp(-2 pi i k n / length). `from` is left alone and must not be
 * `to`. For the inverse (times the length), swap `re` and `im` of both.
 */
export type Transform = (from: Sequences, to: Sequences, count: number) => void;

/** One step. */
export interface Step {
  readonly radix: number;
  /** Length that is left to transform, this step included. */
  readonly rest: number;
  /** Product of the earlier steps' radices. */
  readonly done: number;
  /** cos(2 pi k / rest), and sin. */
  readonly cos: Float64Array;
  readonly sin: Float64Array;
}

/** Sequences side by side are one long row with the results of earlier steps: one loop instead of two. */
export function joinRows(from: Sequences, to: Sequences, count: number, done: number): { width: number; rows: number } {
  const packed = (s: Sequences): boolean => s.next === 1 && s.element === count;
  return packed(from) && packed(to) ? { width: count * done, rows: 1 } : { width: count, rows: done };
}

/** Radix 2. */
export function radix2(from: Sequences, to: Sequences, count: number, { rest, done, cos, sin }: Step): void {
  const { re, im, next } = from;
  const { re: toRe, im: toIm, next: toNext } = to;
  const { width, rows } = joinRows(from, to, count, done);
  const m = rest / 2;
  for (let p = 0; p < m; p++) {
    const wr = cos[p]!;
    const wi = -sin[p]!;
    for (let row = 0; row < rows; row++) {
      let a = from.start + (p * done + row) * from.element;
      let b = a + m * done * from.element;
      let o0 = to.start + (2 * p * done + row) * to.element;
      let o1 = o0 + done * to.element;
      for (let q = 0; q < width; q++, a += next, b += next, o0 += toNext, o1 += toNext) {
        const ar = re[a]!;
        const ai = im[a]!;
        const br = re[b]!;
        const bi = im[b]!;
        toRe[o0] = ar + br;
        toIm[o0] = ai + bi;
        const dr = ar - br;
        const di = ai - bi;
        toRe[o1] = dr * wr - di * wi;
        toIm[o1] = dr * wi + di * wr;
      }
    }
  }
}

/** Radix 4. */
export function radix4(from: Sequences, to: Sequences, count: number, { rest, done, cos, sin }: Step): void {
  const { re, im, next } = from;
  const { re: toRe, im: toIm, next: toNext } = to;
  const { width, rows } = joinRows(from, to, count, done);
  const m = rest / 4;
  for (let p = 0; p < m; p++) {
    const w1r = cos[p]!;
    const w1i = -sin[p]!;
    const w2r = cos[2 * p]!;
    const w2i = -sin[2 * p]!;
    const w3r = cos[3 * p]!;
    const w3i = -sin[3 * p]!;
    for (let row = 0; row < rows; row++) {
      const step = m * done * from.element;
      const toStep = done * to.element;
      let a = from.start + (p * done + row) * from.element;
      let b = a + step;
      let c = b + step;
      let d = c + step;
      let o0 = to.start + (4 * p * done + row) * to.element;
      let o1 = o0 + toStep;
      let o2 = o1 + toStep;
      let o3 = o2 + toStep;
      for (let q = 0; q < width; q++) {
        const ar = re[a]!;
        const ai = im[a]!;
        const br = re[b]!;
        const bi = im[b]!;
        const cr = re[c]!;
        const ci = im[c]!;
        const dr = re[d]!;
        const di = im[d]!;
        const sr = ar + cr;
        const si = ai + ci;
        const tr = ar - cr;
        const ti = ai - ci;
        const ur = br + dr;
        const ui = bi + di;
        const vr = br - dr;
        const vi = bi - di;
        toRe[o0] = sr + ur;
        toIm[o0] = si + ui;
        const er = tr + vi; // t - i v
        const ei = ti - vr;
        toRe[o1] = er * w1r - ei * w1i;
        toIm[o1] = er * w1i + ei * w1r;
        const fr = sr - ur;
        const fi = si - ui;
        toRe[o2] = fr * w2r - fi * w2i;
        toIm[o2] = fr * w2i + fi * w2r;
        const gr = tr - vi; // t + i v
        const gi = ti + vr;
        toRe[o3] = gr * w3r - gi * w3i;
        toIm[o3] = gr * w3i + gi * w3r;
        a += next;
        b += next;
        c += next;
        d += next;
        o0 += toNext;
        o1 += toNext;
        o2 += toNext;
        o3 += toNext;
      }
    }
  }
}

/**
 * Any odd radix, by definition. Terms j and radix - j have conjugate factors: with their sum s and difference d, the
 * outputs k and radix - k are x0 + sum of s cos -+ i sum of d sin.
 */
export function oddRadix(from: Sequences, to: Sequences, count: number, step: Step): void {
  const { radix, rest, done, cos, sin } = step;
  const { re, im } = from;
  const m = rest / radix;
  const half = (radix - 1) / 2;
  const s = new Float64Array(4 * half);
  for (let p = 0; p < m; p++) {
    for (let row = 0; row < done; row++) {
      for (let q = 0; q < count; q++) {
        const at = from.start + (p * done + row) * from.element + q * from.next;
        const out = to.start + (radix * p * done + row) * to.element + q * to.next;
        const far = m * done * from.element;
        const r0 = re[at]!;
        const i0 = im[at]!;
        let totalR = r0;
        let totalI = i0;
        for (let j = 1, t = 0; j <= half; j++, t += 4) {
          const a = at + j * far;
          const b = at + (radix - j) * far;
          s[t] = re[a]! + re[b]!;
          s[t + 1] = im[a]! + im[b]!;
          s[t + 2] = re[a]! - re[b]!;
          s[t + 3] = im[a]! - im[b]!;
          totalR += s[t]!;
          totalI += s[t + 1]!;
        }
        to.re[out] = totalR;
        to.im[out] = totalI;
        for (let k = 1; k <= half; k++) {
          let er = r0;
          let ei = i0;
          let or = 0;
          let oi = 0;
          for (let t = 0, turn = k; t < s.length; t += 4) {
            const c = cos[turn * m]!;
            const d = sin[turn * m]!;
            er += c * s[t]!;
            ei += c * s[t + 1]!;
            or += d * s[t + 3]!;
            oi += d * s[t + 2]!;
            turn += k;
            if (turn >= radix) turn -= radix;
          }
          put(to, out + k * done * to.element, er + or, ei - oi, step, p * k);
          put(to, out + (radix - k) * done * to.element, er - or, ei + oi, step, p * (radix - k));
        }
      }
    }
  }
}

function put(to: Sequences, at: number, r: number, i: number, { cos, sin }: Step, k: number): void {
  const wr = cos[k]!;
  const wi = -sin[k]!;
  to.re[at] = r * wr - i * wi;
  to.im[at] = r * wi + i * wr;
}
