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

/** YyCxCz of sRGB bytes, into `out`. */
export function toOpponent(r: number, g: number, b: number, out: Colour): void {
  const [red, green, blue] = [LINEAR[r]!, LINEAR[g]!, LINEAR[b]!];
  const [mx, my, mz] = TO_XYZ;
  const x = mx[0] * red + mx[1] * green + mx[2] * blue;
  const y = my[0] * red + my[1] * green + my[2] * blue;
  const z = mz[0] * red + mz[1] * green + mz[2] * blue;
  out[0] = 116 * y - 16;
  out[1] = 500 * (x - y);
  out[2] = 200 * (y - z);
}

/** Hunt-adjusted CIELab of a colour in YyCxCz, cut to what sRGB can show; into `out`. */
export function toHuntLab(yy: number, cx: number, cz: number, out: Colour): void {
  const y = (yy + 16) / 116;
  const x = cx / 500 + y;
  const z = y - cz / 200;
  const [mr, mg, mb] = FROM_XYZ;
  huntLab(
    clamped(mr[0] * x + mr[1] * y + mr[2] * z),
    clamped(mg[0] * x + mg[1] * y + mg[2] * z),
    clamped(mb[0] * x + mb[1] * y + mb[2] * z),
    out,
  );
}

/** Hunt-adjusted CIELab of linear sRGB in [0, 1], into `out`: a and b count less where it is dark. */
export function huntLab(red: number, green: number, blue: number, out: Colour): void {
  const [mx, my, mz] = TO_XYZ;
  const x = compressed(mx[0] * red + mx[1] * green + mx[2] * blue);
  const y = compressed(my[0] * red + my[1] * green + my[2] * blue);
  const z = compressed(mz[0] * red + mz[1] * green + mz[2] * blue);
  const lightness = 116 * y - 16;
  out[0] = lightness;
  out[1] = 5 * lightness * (x - y);
  out[2] = 2 * lightness * (y - z);
}

const clamped = (value: number): number => Math.min(Math.max(value, 0), 1);

export const DELTA = 6 / 29;
const compressed = (t: number): number => (t > DELTA ** 3 ? Math.cbrt(t) : t / (3 * DELTA * DELTA) + 4 / 29);
