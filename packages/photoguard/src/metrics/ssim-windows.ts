/*
 * The windows of structural similarity (Wang et al. 2004), for SSIM and its multi-scale and pooled forms: 11 x 11
 * Gaussian of sigma 1.5, k1 0.01, k2 0.03, population covariance, one channel, all windows that lie wholly inside. In
 * float64, since variances are differences of nearly equal numbers.
 *
 * Only the sum of the two variances is needed, and the local mean of x y, so with s = x + y and d = x - y four filtered
 * maps are enough instead of five: s, d, s^2, d^2. They are filtered row by row; no map is held in full.
 */

/** Side of the window in pixels; smaller pictures have no structural similarity. */
export const WINDOW = 11;

const C1 = (0.01 * 255) ** 2;
const C2 = (0.03 * 255) ** 2;
const [W0, W1, W2, W3, W4, W5] = halfWindow(1.5) as [number, number, number, number, number, number];

/** Fills row `y` of both pictures' channel, values on the 0-255 scale. */
export type ReadRows = (y: number, a: Float64Array, b: Float64Array) => void;

/** Means over a channel's windows. */
export interface Similarity {
  /** Luminance times contrast and structure: SSIM. */
  readonly ssim: number;
  /** Contrast and structure only, which MS-SSIM uses at all scales except the last. */
  readonly contrast: number;
}

/** Similarity of two channels of `width` x `height`, both at least {@link WINDOW}. */
export function similarity(width: number, height: number, readRows: ReadRows): Similarity {
  const maps: Rows[] = Array.from({ length: 4 }, () => Array.from({ length: WINDOW }, () => new Float64Array(width)));
  const filtered = Array.from({ length: 4 }, () => new Float64Array(width)) as Four;
  const [a, b, column] = [new Float64Array(width), new Float64Array(width), new Float64Array(width)];
  const sums = { ssim: 0, contrast: 0 };
  for (let y = 0; y < height; y++) {
    const slot = y % WINDOW; // a ring buffer of the last 11 rows
    readRows(y, a, b);
    fillMaps(a, b, maps.map((rows) => rows[slot]!) as Four);
    if (y < WINDOW - 1) continue;
    for (let m = 0; m < 4; m++) {
      filterDown(column, maps[m]!, (slot + 1) % WINDOW);
      filterAlong(filtered[m]!, column);
    }
    addRow(sums, filtered, width - WINDOW + 1);
  }
  const windows = (width - WINDOW + 1) * (height - WINDOW + 1);
  return { ssim: sums.ssim / windows, contrast: sums.contrast / windows };
}

type Rows = Float64Array[];
type Four = [Float64Array, Float64Array, Float64Array, Float64Array];

function fillMaps(a: Float64Array, b: Float64Array, [s, d, ss, dd]: Four): void {
  for (let x = 0; x < a.length; x++) {
    const sum = a[x]! + b[x]!;
    const difference = a[x]! - b[x]!;
    s[x] = sum;
    d[x] = difference;
    ss[x] = sum * sum;
    dd[x] = difference * difference;
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

// Two windows at a time, which share most of what they read.
function filterAlong(out: Float64Array, r: Float64Array): void {
  const end = r.length - WINDOW + 1;
  let x = 0;
  for (; x + 1 < end; x += 2) {
    const r1 = r[x + 1]!;
    const r2 = r[x + 2]!;
    const r3 = r[x + 3]!;
    const r4 = r[x + 4]!;
    const r5 = r[x + 5]!;
    const r6 = r[x + 6]!;
    const r7 = r[x + 7]!;
    const r8 = r[x + 8]!;
    const r9 = r[x + 9]!;
    const r10 = r[x + 10]!;
    out[x] = W5 * r5 + W4 * (r4 + r6) + (W3 * (r3 + r7) + W2 * (r2 + r8)) + (W1 * (r1 + r9) + W0 * (r[x]! + r10));
    out[x + 1] =
      W5 * r6 + W4 * (r5 + r7) + (W3 * (r4 + r8) + W2 * (r3 + r9)) + (W1 * (r2 + r10) + W0 * (r1 + r[x + 11]!));
  }
  if (x < end)
    out[x] =
      W5 * r[x + 5]! +
      W4 * (r[x + 4]! + r[x + 6]!) +
      (W3 * (r[x + 3]! + r[x + 7]!) + W2 * (r[x + 2]! + r[x + 8]!)) +
      (W1 * (r[x + 1]! + r[x + 9]!) + W0 * (r[x]! + r[x + 10]!));
}

function addRow(sums: { ssim: number; contrast: number }, [s, d, ss, dd]: Four, count: number): void {
  let ssim = 0;
  let contrast = 0;
  for (let x = 0; x < count; x++) {
    const s2 = s[x]! * s[x]!;
    const d2 = d[x]! * d[x]!;
    const varS = ss[x]! - s2;
    const varD = dd[x]! - d2;
    // mean x y = (s^2 - d^2) / 4, x^2 + y^2 = (s^2 + d^2) / 2, and the same for covariance and variances.
    const luminance = ((s2 - d2) / 2 + C1) / ((s2 + d2) / 2 + C1);
    const structure = ((varS - varD) / 2 + C2) / ((varS + varD) / 2 + C2);
    ssim += luminance * structure;
    contrast += structure;
  }
  sums.ssim += ssim;
  sums.contrast += contrast;
}

function halfWindow(sigma: number): number[] {
  const weights = Array.from({ length: WINDOW }, (_, i) => Math.exp(-((i - 5) ** 2) / (2 * sigma * sigma)));
  const total = weights.reduce((a, b) => a + b, 0);
  return weights.slice(0, 6).map((w) => w / total);
}
