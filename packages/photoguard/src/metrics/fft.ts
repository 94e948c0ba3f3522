/*
 * Discrete Fourier transforms of columns, any length, in float64. Own code, since kept libraries for JavaScript take
 * powers of two only (fft.js, ml-fft), or work in float32 (the WebAssembly builds of KISS FFT and PFFFT), and photos have
 * any size.
 *
 * A transform works on `batch` columns at once, stored row by row, [length][batch]: every inner loop then runs along
 * rows with one twiddle factor. Steps are Stockham's (each puts its results in order, so nothing is permuted at the
 * end), of radix 4, 2, or any odd prime by its definition; a length with a large prime factor becomes a convolution of a
 * length without (Bluestein).
 */

/** Real and imaginary parts, each [length][batch]. */
export interface Columns {
  readonly re: Float64Array;
  readonly im: Float64Array;
}

/**
 * Transforms columns: X[k] = sum over n of x[n] exp(-2 pi i k n / length). Overwrites both arguments; the result is in
 * the one that it returns. For the inverse (times the length), swap `re` and `im` of both.
 */
export type Transform = (x: Columns, scratch: Columns) => Columns;

/** The transform of `batch` columns of `length` values. */
export function transformOf(length: number, batch: number): Transform {
  const radices = radicesOf(length);
  if (radices.some((radix) => radix > LARGEST_RADIX)) return bluestein(length, batch);
  const steps: Step[] = [];
  let [rest, stride] = [length, batch];
  for (const radix of radices) {
    steps.push({ radix, rest, stride, roots: rootsOf(rest) });
    [rest, stride] = [rest / radix, stride * radix];
  }
  return (x, scratch) => {
    let [from, to] = [x, scratch];
    for (const step of steps) {
      if (step.radix === 4) radix4(from, to, step);
      else if (step.radix === 2) radix2(from, to, step);
      else oddRadix(from, to, step);
      [from, to] = [to, from];
    }
    return from;
  };
}

const LARGEST_RADIX = 50;

interface Step {
  readonly radix: number;
  /** Length that is left to transform, this step included. */
  readonly rest: number;
  /** Values between neighbours of a sequence of that length. */
  readonly stride: number;
  /** exp(-2 pi i k / rest). */
  readonly roots: Columns;
}

function radicesOf(length: number): number[] {
  const radices: number[] = [];
  let rest = length;
  for (; rest % 4 === 0; rest /= 4) radices.push(4);
  if (rest % 2 === 0) {
    radices.push(2);
    rest /= 2;
  }
  for (let odd = 3; odd * odd <= rest; odd += 2) for (; rest % odd === 0; rest /= odd) radices.push(odd);
  if (rest > 1) radices.push(rest);
  return radices;
}

function rootsOf(n: number): Columns {
  const angle = (_: unknown, k: number): number => (2 * Math.PI * k) / n;
  const angles = Array.from({ length: n }, angle);
  return { re: Float64Array.from(angles, Math.cos), im: Float64Array.from(angles, (a) => -Math.sin(a)) };
}

function radix2({ re, im }: Columns, to: Columns, { rest, stride, roots }: Step): void {
  const m = rest / 2;
  for (let p = 0; p < m; p++) {
    const [wr, wi] = [roots.re[p]!, roots.im[p]!];
    const a = p * stride;
    const b = a + m * stride;
    const out = 2 * p * stride;
    for (let q = 0; q < stride; q++) {
      const [ar, ai, br, bi] = [re[a + q]!, im[a + q]!, re[b + q]!, im[b + q]!];
      to.re[out + q] = ar + br;
      to.im[out + q] = ai + bi;
      const [dr, di] = [ar - br, ai - bi];
      to.re[out + stride + q] = dr * wr - di * wi;
      to.im[out + stride + q] = dr * wi + di * wr;
    }
  }
}

function radix4({ re, im }: Columns, { re: toRe, im: toIm }: Columns, { rest, stride, roots }: Step): void {
  const m = rest / 4;
  for (let p = 0; p < m; p++) {
    const [w1r, w1i] = [roots.re[p]!, roots.im[p]!];
    const [w2r, w2i] = [roots.re[2 * p]!, roots.im[2 * p]!];
    const [w3r, w3i] = [roots.re[3 * p]!, roots.im[3 * p]!];
    const step = m * stride;
    const end = (p + 1) * stride;
    for (let a = p * stride, o = 4 * p * stride; a < end; a++, o++) {
      const ar = re[a]!;
      const ai = im[a]!;
      const br = re[a + step]!;
      const bi = im[a + step]!;
      const cr = re[a + 2 * step]!;
      const ci = im[a + 2 * step]!;
      const dr = re[a + 3 * step]!;
      const di = im[a + 3 * step]!;
      const [sr, si, tr, ti] = [ar + cr, ai + ci, ar - cr, ai - ci];
      const [ur, ui, vr, vi] = [br + dr, bi + di, br - dr, bi - di];
      toRe[o] = sr + ur;
      toIm[o] = si + ui;
      const [er, ei] = [tr + vi, ti - vr]; // t - i v
      toRe[o + stride] = er * w1r - ei * w1i;
      toIm[o + stride] = er * w1i + ei * w1r;
      const [fr, fi] = [sr - ur, si - ui];
      toRe[o + 2 * stride] = fr * w2r - fi * w2i;
      toIm[o + 2 * stride] = fr * w2i + fi * w2r;
      const [gr, gi] = [tr - vi, ti + vr]; // t + i v
      toRe[o + 3 * stride] = gr * w3r - gi * w3i;
      toIm[o + 3 * stride] = gr * w3i + gi * w3r;
    }
  }
}

// Terms j and radix - j have conjugate factors: with their sum s and difference d, the outputs k and radix - k are
// x0 + sum of s cos -+ i sum of d sin.
function oddRadix({ re, im }: Columns, to: Columns, { radix, rest, stride, roots }: Step): void {
  const m = rest / radix;
  const half = (radix - 1) / 2;
  const sums = new Float64Array(4 * half);
  for (let p = 0; p < m; p++) {
    for (let q = 0; q < stride; q++) {
      const at = p * stride + q;
      const out = radix * p * stride + q;
      const [r0, i0] = [re[at]!, im[at]!];
      let [totalR, totalI] = [r0, i0];
      for (let j = 1; j <= half; j++) {
        const near = at + j * m * stride;
        const far = at + (radix - j) * m * stride;
        const s = 4 * (j - 1);
        sums[s] = re[near]! + re[far]!;
        sums[s + 1] = im[near]! + im[far]!;
        sums[s + 2] = re[near]! - re[far]!;
        sums[s + 3] = im[near]! - im[far]!;
        totalR += sums[s]!;
        totalI += sums[s + 1]!;
      }
      to.re[out] = totalR;
      to.im[out] = totalI;
      for (let k = 1; k <= half; k++) {
        let [er, ei, or, oi] = [r0, i0, 0, 0];
        for (let j = 1, turn = k; j <= half; j++, turn = (turn + k) % radix) {
          const [cos, sin] = [roots.re[turn * m]!, roots.im[turn * m]!];
          const s = 4 * (j - 1);
          er += cos * sums[s]!;
          ei += cos * sums[s + 1]!;
          or += sin * sums[s + 3]!;
          oi += sin * sums[s + 2]!;
        }
        put(to, out + k * stride, er - or, ei + oi, roots, p * k);
        put(to, out + (radix - k) * stride, er + or, ei - oi, roots, p * (radix - k));
      }
    }
  }
}

function put(to: Columns, at: number, r: number, i: number, roots: Columns, k: number): void {
  const [wr, wi] = [roots.re[k]!, roots.im[k]!];
  to.re[at] = r * wr - i * wi;
  to.im[at] = r * wi + i * wr;
}

// k n = (k^2 + n^2 - (k - n)^2) / 2: the transform is a convolution with the chirp c[n] = exp(i pi n^2 / length) between
// two products with its conjugate.
function bluestein(length: number, batch: number): Transform {
  let size = 4;
  while (size < 2 * length - 1) size *= 2;
  const [wide, single] = [transformOf(size, batch), transformOf(size, 1)];
  const angles = Array.from({ length }, (_, n) => (Math.PI * ((n * n) % (2 * length))) / length);
  const chirp = { re: Float64Array.from(angles, Math.cos), im: Float64Array.from(angles, Math.sin) };
  const around = zeros(size);
  for (let n = 0; n < length; n++) {
    for (const at of n === 0 ? [0] : [n, size - n]) {
      around.re[at] = chirp.re[n]!;
      around.im[at] = chirp.im[n]!;
    }
  }
  const response = single(around, zeros(size));
  const [x, y] = [zeros(size * batch), zeros(size * batch)];
  return (columns) => {
    x.re.fill(0);
    x.im.fill(0);
    for (let n = 0; n < length; n++) multiplyRow(x, columns, n, batch, chirp.re[n]!, -chirp.im[n]!);
    const spectrum = wide(x, y);
    for (let k = 0; k < size; k++)
      multiplyRow(spectrum, spectrum, k, batch, response.re[k]! / size, response.im[k]! / size);
    const swapped = ({ re, im }: Columns): Columns => ({ re: im, im: re });
    const result = swapped(wide(swapped(spectrum), swapped(spectrum === x ? y : x)));
    for (let k = 0; k < length; k++) multiplyRow(columns, result, k, batch, chirp.re[k]!, -chirp.im[k]!);
    return columns;
  };
}

const zeros = (length: number): Columns => ({ re: new Float64Array(length), im: new Float64Array(length) });

function multiplyRow(to: Columns, from: Columns, row: number, batch: number, wr: number, wi: number): void {
  for (let i = row * batch; i < (row + 1) * batch; i++) {
    const [r, s] = [from.re[i]!, from.im[i]!];
    to.re[i] = r * wr - s * wi;
    to.im[i] = r * wi + s * wr;
  }
}
