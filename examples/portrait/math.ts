/*
 * The little mathematics that the renderer needs: smooth steps and unions, distances to round shapes, and value noise
 * from an integer hash, so that every picture comes out the same on every machine.
 */

/** Clamped to [low, high]. */
export function clamp(x: number, low = 0, high = 1): number {
  return Math.min(Math.max(x, low), high);
}

/** Linear interpolation from a to b. */
export function mix(a: number, b: number, t: number): number {
  return a + (b - a) * t;
}

/** 0 below `from`, 1 above `to`, smooth between; falls instead when from > to. */
export function smoothstep(from: number, to: number, x: number): number {
  const t = clamp((x - from) / (to - from));
  return t * t * (3 - 2 * t);
}

/** A bell of height 1 and width `width` around 0. */
export function bell(x: number, width: number): number {
  return Math.exp(-(x * x) / (width * width));
}

/** Union of two distances, rounded over the length k. */
export function union(a: number, b: number, k: number): number {
  const h = Math.max(k - Math.abs(a - b), 0) / k;
  return Math.min(a, b) - (h * h * k) / 4;
}

/** The first shape without the second, rounded over the length k. */
export function without(a: number, b: number, k: number): number {
  return -union(-a, b, k);
}

/** Distance to an ellipsoid around the origin; exact on its surface, close to it nearby. */
export function ellipsoid(x: number, y: number, z: number, rx: number, ry: number, rz: number): number {
  const k0 = Math.hypot(x / rx, y / ry, z / rz);
  const k1 = Math.hypot(x / (rx * rx), y / (ry * ry), z / (rz * rz));
  return k1 === 0 ? -Math.min(rx, ry, rz) : (k0 * (k0 - 1)) / k1;
}

/** Distance to a capsule from a to b whose radius goes from ra to rb. */
export function capsule(
  p: readonly [number, number, number],
  a: readonly [number, number, number],
  b: readonly [number, number, number],
  ra: number,
  rb: number,
): number {
  const dx = b[0] - a[0];
  const dy = b[1] - a[1];
  const dz = b[2] - a[2];
  const px = p[0] - a[0];
  const py = p[1] - a[1];
  const pz = p[2] - a[2];
  const t = clamp((px * dx + py * dy + pz * dz) / (dx * dx + dy * dy + dz * dz));
  return Math.hypot(px - t * dx, py - t * dy, pz - t * dz) - mix(ra, rb, t);
}

/** A number in [0, 1) that looks random, for three integers. */
export function hash(x: number, y: number, z: number): number {
  let h = Math.imul(x | 0, 0x27d4eb2d) ^ Math.imul(y | 0, 0x165667b1) ^ Math.imul(z | 0, 0x9e3779b1);
  h = Math.imul(h ^ (h >>> 15), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return ((h ^ (h >>> 16)) >>> 0) / 2 ** 32;
}

/** Smooth noise in [-1, 1] with features of size 1. */
export function noise(x: number, y: number, z: number): number {
  const ix = Math.floor(x);
  const iy = Math.floor(y);
  const iz = Math.floor(z);
  const fx = smoothstep(0, 1, x - ix);
  const fy = smoothstep(0, 1, y - iy);
  const fz = smoothstep(0, 1, z - iz);
  const row = (j: number, k: number): number => mix(hash(ix, iy + j, iz + k), hash(ix + 1, iy + j, iz + k), fx);
  return 2 * mix(mix(row(0, 0), row(1, 0), fy), mix(row(0, 1), row(1, 1), fy), fz) - 1;
}

/** Several octaves of noise, each half as strong and twice as fine. */
export function fractal(x: number, y: number, z: number, octaves: number): number {
  let sum = 0;
  for (let i = 0, s = 1; i < octaves; i++, s *= 2) sum += noise(x * s + 17 * i, y * s, z * s) / s;
  return sum;
}
