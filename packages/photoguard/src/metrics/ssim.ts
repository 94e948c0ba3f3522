/*
 * Structural similarity (Wang et al. 2004): 11 x 11 Gaussian window of sigma 1.5, k1 0.01, k2 0.03, population
 * covariance, each channel for itself, mean over channels and over all windows that lie wholly inside the picture, no
 * pooling. That is scikit-image with gaussian_weights=True and use_sample_covariance=False, and piq with
 * downsample=False. In float64, since variances are differences of nearly equal numbers.
 *
 * Only the sum of the two variances is needed, and the local mean of x y, so with s = x + y and d = x - y four filtered
 * maps do instead of five: s, d, s^2, d^2. Rows of them are filtered as they come; no map is ever held in full.
 */
import { type Rgb8, requireComparable } from './picture.ts';

const WINDOW = 11;
const C1 = (0.01 * 255) ** 2;
const C2 = (0.03 * 255) ** 2;
const [W0, W1, W2, W3, W4, W5] = halfWindow(1.5) as [number, number, number, number, number, number];

/** Mean structural similarity of two pictures, 1 for equal ones. NaN when a side is shorter than the window, 11 pixels. */
export function ssim(reference: Rgb8, distorted: Rgb8): number {
  requireComparable(reference, distorted);
  const { width, height } = reference;
  if (width < WINDOW || height < WINDOW) return Number.NaN;
  let sum = 0;
  for (let channel = 0; channel < 3; channel++) sum += channelSum(reference, distorted, channel);
  return sum / (3 * (width - WINDOW + 1) * (height - WINDOW + 1));
}

type Rows = Float64Array[];

function channelSum(a: Rgb8, b: Rgb8, channel: number): number {
  const { width, height } = a;
  const maps: Rows[] = Array.from({ length: 4 }, () => Array.from({ length: WINDOW }, () => new Float64Array(width)));
  const filtered = Array.from({ length: 4 }, () => new Float64Array(width));
  const column = new Float64Array(width);
  let sum = 0;
  for (let y = 0; y < height; y++) {
    const slot = y % WINDOW; // the last 11 rows go round in a ring
    fillRow(
      a,
      b,
      channel,
      y,
      maps.map((rows) => rows[slot]!) as [Float64Array, Float64Array, Float64Array, Float64Array],
    );
    if (y < WINDOW - 1) continue;
    for (let m = 0; m < 4; m++) {
      const rows = maps[m]!;
      filterDown(column, rows, (slot + 1) % WINDOW);
      filterAlong(filtered[m]!, column);
    }
    sum += rowSum(filtered, width - WINDOW + 1);
  }
  return sum;
}

function fillRow(
  a: Rgb8,
  b: Rgb8,
  channel: number,
  y: number,
  rows: [Float64Array, Float64Array, Float64Array, Float64Array],
): void {
  const [s, d, ss, dd] = rows;
  const { width } = a;
  for (let x = 0, i = y * width * 3 + channel; x < width; x++, i += 3) {
    const p = a.data[i]!;
    const q = b.data[i]!;
    s[x] = p + q;
    d[x] = p - q;
    ss[x] = (p + q) * (p + q);
    dd[x] = (p - q) * (p - q);
  }
}

/** The window along columns; `first` is the ring's slot of the topmost row. Unrolled by symmetry: it is most of the time. */
function filterDown(out: Float64Array, ring: Rows, first: number): void {
  const row = (k: number): Float64Array => ring[(first + k) % WINDOW]!;
  const [r0, r1, r2, r3, r4, r5] = [row(0), row(1), row(2), row(3), row(4), row(5)];
  const [r6, r7, r8, r9, r10] = [row(6), row(7), row(8), row(9), row(10)];
  for (let x = 0; x < out.length; x++) {
    out[x] =
      W5 * r5[x]! +
      W4 * (r4[x]! + r6[x]!) +
      (W3 * (r3[x]! + r7[x]!) + W2 * (r2[x]! + r8[x]!)) +
      (W1 * (r1[x]! + r9[x]!) + W0 * (r0[x]! + r10[x]!));
  }
}

function filterAlong(out: Float64Array, r: Float64Array): void {
  const end = r.length - WINDOW + 1;
  for (let x = 0; x < end; x++) {
    out[x] =
      W5 * r[x + 5]! +
      W4 * (r[x + 4]! + r[x + 6]!) +
      (W3 * (r[x + 3]! + r[x + 7]!) + W2 * (r[x + 2]! + r[x + 8]!)) +
      (W1 * (r[x + 1]! + r[x + 9]!) + W0 * (r[x]! + r[x + 10]!));
  }
}

function rowSum(filtered: readonly Float64Array[], count: number): number {
  const [s, d, ss, dd] = filtered as [Float64Array, Float64Array, Float64Array, Float64Array];
  let sum = 0;
  for (let x = 0; x < count; x++) {
    const s2 = s[x]! * s[x]!;
    const d2 = d[x]! * d[x]!;
    const varS = ss[x]! - s2;
    const varD = dd[x]! - d2;
    // mean x y = (s^2 - d^2) / 4, x^2 + y^2 = (s^2 + d^2) / 2, and the same for covariance and variances.
    const luminance = ((s2 - d2) / 2 + C1) / ((s2 + d2) / 2 + C1);
    const structure = ((varS - varD) / 2 + C2) / ((varS + varD) / 2 + C2);
    sum += luminance * structure;
  }
  return sum;
}

function halfWindow(sigma: number): number[] {
  const weights = Array.from({ length: WINDOW }, (_, i) => Math.exp(-((i - 5) ** 2) / (2 * sigma * sigma)));
  const total = weights.reduce((a, b) => a + b, 0);
  return weights.slice(0, 6).map((w) => w / total);
}
