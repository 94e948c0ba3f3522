/*
 * FLIP's filters, one row of float64 at a time. What a filter needs of a pixel's neighbours others need as well, so those that look
 * at the same plane run together, two pixels at a time: reading takes longer than the sums. A row of an odd number of pixels
 * reads and writes one value beyond its end, which the next row overwrites, so planes have room for it. A call for each row,
 * rather than one for all: the engine would compile a long call while it runs, and forget that at its end.
 */
import type { FlipFilters, Gaussian, Half } from './flip-filters.ts';

/** Where a filter runs. */
export interface Run {
  /** Pixels of the row. */
  readonly width: number;
  /** Index of the row's first pixel in the planes that are read. */
  readonly start: number;
  /** From a pixel to the next along the filter. */
  readonly step: number;
}

type Plane = Float64Array;

/** An even filter. */
export function filterEven(out: Plane, to: number, plane: Plane, half: Half, { width, start, step }: Run): void {
  const middle = half[0]!;
  const taps = half.length;
  for (let x = 0, i = start, o = to; x < width; x += 2, i += 2, o += 2) {
    let p = middle * plane[i]!;
    let q = middle * plane[i + 1]!;
    for (let k = 1, after = i + step, before = i - step; k < taps; k++, after += step, before -= step) {
      const weight = half[k]!;
      p += weight * (plane[after]! + plane[before]!);
      q += weight * (plane[after + 1]! + plane[before + 1]!);
    }
    out[o] = p;
    out[o + 1] = q;
  }
}

/** Two Gaussians along the row. */
export function filterPairAlong(
  outs: readonly [Plane, Plane],
  to: number,
  plane: Plane,
  [one, other]: readonly [Gaussian, Gaussian],
  { width, start }: Omit<Run, 'step'>,
): void {
  const [outA, outB] = outs;
  const a = one.along;
  const b = other.along;
  const taps = a.length;
  const middleA = a[0]!;
  const middleB = b[0]!;
  for (let x = 0, i = start, o = to; x < width; x += 2, i += 2, o += 2) {
    let pa = middleA * plane[i]!;
    let pb = middleB * plane[i]!;
    let qa = middleA * plane[i + 1]!;
    let qb = middleB * plane[i + 1]!;
    for (let k = 1, after = i + 1, before = i - 1; k < taps; k++, after++, before--) {
      const weightA = a[k]!;
      const weightB = b[k]!;
      const p = plane[after]! + plane[before]!;
      const q = plane[after + 1]! + plane[before + 1]!;
      pa += weightA * p;
      pb += weightB * p;
      qa += weightA * q;
      qb += weightB * q;
    }
    outA[o] = pa;
    outB[o] = pb;
    outA[o + 1] = qa;
    outB[o + 1] = qb;
  }
}

/** The sum of two Gaussians down their planes. */
export function filterPairDown(
  out: Plane,
  to: number,
  [planeA, planeB]: readonly [Plane, Plane],
  [one, other]: readonly [Gaussian, Gaussian],
  { width, start, step }: Run,
): void {
  const a = one.down;
  const b = other.down;
  const taps = a.length;
  const middleA = a[0]!;
  const middleB = b[0]!;
  for (let x = 0, i = start, o = to; x < width; x += 2, i += 2, o += 2) {
    let p = middleA * planeA[i]! + middleB * planeB[i]!;
    let q = middleA * planeA[i + 1]! + middleB * planeB[i + 1]!;
    for (let k = 1, after = i + step, before = i - step; k < taps; k++, after += step, before -= step) {
      const weightA = a[k]!;
      const weightB = b[k]!;
      p += weightA * (planeA[after]! + planeA[before]!) + weightB * (planeB[after]! + planeB[before]!);
      q += weightA * (planeA[after + 1]! + planeA[before + 1]!) + weightB * (planeB[after + 1]! + planeB[before + 1]!);
    }
    out[o] = p;
    out[o + 1] = q;
  }
}

/** Luminance along rows: smoothed, and its first and second derivatives. */
export interface Slopes {
  readonly smoothed: Plane;
  readonly edges: Plane;
  readonly points: Plane;
}

/** The slopes of a row. */
export function slopesAlong(
  { smoothed, edges, points }: Slopes,
  to: number,
  plane: Plane,
  { smooth, edge, point }: FlipFilters,
  { width, start }: Omit<Run, 'step'>,
): void {
  const taps = smooth.length;
  const middleSmooth = smooth[0]!;
  const middlePoint = point[0]!;
  for (let x = 0, i = start, o = to; x < width; x += 2, i += 2, o += 2) {
    let ps = middleSmooth * plane[i]!;
    let qs = middleSmooth * plane[i + 1]!;
    let pp = middlePoint * plane[i]!;
    let qp = middlePoint * plane[i + 1]!;
    let pe = 0;
    let qe = 0;
    for (let k = 1, after = i + 1, before = i - 1; k < taps; k++, after++, before--) {
      const s = smooth[k]!;
      const e = edge[k]!;
      const p = point[k]!;
      const p1 = plane[after]!;
      const p2 = plane[before]!;
      const q1 = plane[after + 1]!;
      const q2 = plane[before + 1]!;
      ps += s * (p1 + p2);
      qs += s * (q1 + q2);
      pe += e * (p1 - p2);
      qe += e * (q1 - q2);
      pp += p * (p1 + p2);
      qp += p * (q1 + q2);
    }
    smoothed[o] = ps;
    smoothed[o + 1] = qs;
    edges[o] = pe;
    edges[o + 1] = qe;
    points[o] = pp;
    points[o + 1] = qp;
  }
}

/** How strong edges and points are, in units of 116: the lengths of both derivatives' vectors. */
export function strengths(
  edgeOut: Float32Array,
  pointOut: Float32Array,
  to: number,
  { smoothed, edges, points }: Slopes,
  { smooth, edge, point }: FlipFilters,
  { width, start, step }: Run,
): void {
  const taps = smooth.length;
  const middleSmooth = smooth[0]!;
  const middlePoint = point[0]!;
  for (let x = 0, i = start, o = to; x < width; x++, i++, o++) {
    let edgeX = middleSmooth * edges[i]!;
    let edgeY = 0;
    let pointX = middleSmooth * points[i]!;
    let pointY = middlePoint * smoothed[i]!;
    for (let k = 1, after = i + step, before = i - step; k < taps; k++, after += step, before -= step) {
      const s = smooth[k]!;
      const e = edge[k]!;
      const p = point[k]!;
      const below = smoothed[after]!;
      const above = smoothed[before]!;
      edgeX += s * (edges[after]! + edges[before]!);
      edgeY += e * (below - above);
      pointX += s * (points[after]! + points[before]!);
      pointY += p * (below + above);
    }
    edgeOut[o] = Math.sqrt(edgeX * edgeX + edgeY * edgeY) / 116;
    pointOut[o] = Math.sqrt(pointX * pointX + pointY * pointY) / 116;
  }
}
