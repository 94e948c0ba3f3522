/*
 * The colour spaces of FLIP, pixel by pixel: bytes to YyCxCz, which is linear in light and so may be blurred, and from there
 * to Hunt-adjusted CIELab, in which distances are measured. White is D65, to which all tristimulus values are relative.
 */

/** A colour of three numbers. */
export type Colour = [number, number, number];

// Linear sRGB to XYZ of white 1, 1, 1; rows add up to 1.
export const WHITE: Colour = [0.950428545, 1, 1.0889003707981277];
export const TO_XYZ = [
  [10135552 / 24577794 / WHITE[0], 8788810 / 24577794 / WHITE[0], 4435075 / 24577794 / WHITE[0]],
  [2613072 / 12288897, 8788810 / 12288897, 887015 / 12288897],
  [1425312 / 73733382 / WHITE[2], 8788810 / 73733382 / WHITE[2], 70074185 / 73733382 / WHITE[2]],
] as const;
export const FROM_XYZ = [
  [3.241003275 * WHITE[0], -1.537398934, -0.498615861 * WHITE[2]],
  [-0.969224334 * WHITE[0], 1.875930071, 0.041554224 * WHITE[2]],
  [0.055639423 * WHITE[0], -0.204011202, 1.057148933 * WHITE[2]],
] as const;

const LINEAR = Float64Array.from({ length: 256 }, (_, byte) => {
  const value = byte / 255;
  return value > 0.04045 ? ((value + 0.055) / 1.055) ** 2.4 : value / 12.92;
});

/** Planes of a colour space of three numbers. */
export type Planes = readonly [Float64Array, Float64Array, Float64Array];

/** YyCxCz of a run of sRGB pixels, the first of which begins at a byte; into planes, from an index on. */
export function toOpponents(data: Uint8Array, byte: number, count: number, planes: Planes, to: number): void {
  const yy = planes[0];
  const cx = planes[1];
  const cz = planes[2];
  const [[xr, xg, xb], [yr, yg, yb], [zr, zg, zb]] = TO_XYZ;
  for (let i = byte, o = to; o < to + count; i += 3, o++) {
    const red = LINEAR[data[i]!]!;
    const green = LINEAR[data[i + 1]!]!;
    const blue = LINEAR[data[i + 2]!]!;
    const y = yr * red + yg * green + yb * blue;
    yy[o] = 116 * y - 16;
    cx[o] = 500 * (xr * red + xg * green + xb * blue - y);
    cz[o] = 200 * (y - (zr * red + zg * green + zb * blue));
  }
}

/** Where Hunt-adjusted CIELab goes. */
export interface HuntLab {
  readonly lightness: Float32Array;
  readonly a: Float32Array;
  readonly b: Float32Array;
}

/** Hunt-adjusted CIELab of the first so many colours in YyCxCz, cut to what sRGB can show; from an index on. */
export function toHuntLabs([yy, cx, cz]: Planes, count: number, { lightness, a, b }: HuntLab, to: number): void {
  const [[rx, ry, rz], [gx, gy, gz], [bx, by, bz]] = FROM_XYZ;
  const [[xr, xg, xb], [yr, yg, yb], [zr, zg, zb]] = TO_XYZ;
  for (let i = 0, o = to; i < count; i++, o++) {
    const y = (yy[i]! + 16) / 116;
    const x = cx[i]! / 500 + y;
    const z = y - cz[i]! / 200;
    const red = clamped(rx * x + ry * y + rz * z);
    const green = clamped(gx * x + gy * y + gz * z);
    const blue = clamped(bx * x + by * y + bz * z);
    const p = compressed(xr * red + xg * green + xb * blue);
    const q = compressed(yr * red + yg * green + yb * blue);
    const r = compressed(zr * red + zg * green + zb * blue);
    const light = 116 * q - 16;
    lightness[o] = light;
    a[o] = 5 * light * (p - q); // counts less where it is dark, as b does
    b[o] = 2 * light * (q - r);
  }
}

const clamped = (value: number): number => Math.min(Math.max(value, 0), 1);

export const DELTA = 6 / 29;
const compressed = (t: number): number => (t > DELTA ** 3 ? cubeRoot(t) : t / (3 * DELTA * DELTA) + 4 / 29);

// Several times as fast as Math.cbrt: from a table, and one step of Newton's, after which at most 1e-8 is wrong.
const ENTRIES = 2048;
const ROOTS = Float64Array.from({ length: ENTRIES + 2 }, (_, i) => Math.cbrt(i / ENTRIES));
function cubeRoot(t: number): number {
  const place = t * ENTRIES;
  const i = Math.trunc(place);
  const below = ROOTS[i]!;
  const root = below + (place - i) * (ROOTS[i + 1]! - below);
  return (2 * root + t / (root * root)) / 3;
}
