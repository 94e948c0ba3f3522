/*
 * What the surfaces look like before light falls on them: skin with blush, freckles, brows, lashes and lips, eyes with
 * iris and pupil, hair, wool. Colours are linear RGB.
 */
import { bell, clamp, fractal, hash, mix, noise, smoothstep } from './math.ts';
import { EYE, eyeAngles, knit, lids, strands } from './shapes.ts';

/** A colour in linear RGB, or a direction. */
export type Vec3 = [number, number, number];

/** How a surface point answers light. */
export interface Surface {
  readonly kind: 'skin' | 'eye' | 'hair' | 'wool';
  readonly colour: Vec3;
  /** Strength and sharpness of the highlight. */
  readonly gloss: number;
  readonly sharpness: number;
  /** How rough the normal is made, and at which scale. */
  readonly bump: number;
}

/** The surface of a point on the head (head coordinates). */
export function face(x: number, y: number, z: number): Surface {
  const inEye = Math.hypot(Math.abs(x) - EYE.x, y - EYE.y, z - EYE.z) < EYE.radius + 0.035 && z > EYE.z;
  if (inEye) {
    const [u, v] = eyeAngles(x, y, z);
    const [low, high] = lids(u);
    if (v > low && v < high) return eyeball(x > 0 ? u : -u, v, high - v, v - low);
  }
  return skin(x, y, z, inEye);
}

function eyeball(u: number, v: number, belowLid: number, aboveLid: number): Surface {
  // Looking into the camera, which the head is turned away from.
  const gazeU = u - 0.15;
  const gazeV = v - 0.02;
  const r = Math.hypot(gazeU, gazeV) / 0.39;
  const angle = Math.atan2(gazeV, gazeU);
  const shade = 0.35 + 0.65 * smoothstep(0, 0.22, belowLid);
  const wet = 0.75 + 0.25 * smoothstep(0, 0.05, aboveLid);
  let colour: Vec3 = [0.5, 0.455, 0.43];
  const veins = Math.max(0, fractal(u * 9, v * 26, 2, 2) - 0.35) * smoothstep(0.9, 1.6, r);
  colour = blend(colour, [0.6, 0.3, 0.27], clamp(veins * 0.6 + 0.25 * smoothstep(1.5, 2.4, r)));
  if (r < 1.06) {
    const fibres = noise(angle * 14, r * 3, 1) * 0.5 + noise(angle * 37, r * 5, 4) * 0.4;
    const iris = blend([0.045, 0.13, 0.14], [0.18, 0.3, 0.24], clamp(0.5 + 0.55 * fibres));
    const warm = blend(iris, [0.3, 0.17, 0.05], bell(r - 0.5, 0.17) * clamp(0.6 + fibres));
    const ring = blend(warm, [0.012, 0.024, 0.03], smoothstep(0.78, 1.0, r));
    colour = blend(ring, colour, smoothstep(0.96, 1.06, r));
    colour = blend([0.004, 0.004, 0.005], colour, smoothstep(0.38, 0.45, r));
  }
  return { kind: 'eye', colour: scale(colour, shade * wet), gloss: 2.4, sharpness: 130, bump: 0 };
}

function skin(x: number, y: number, z: number, nearEye: boolean): Surface {
  const side = Math.abs(x);
  let colour: Vec3 = [0.66, 0.375, 0.265];
  const mottled = fractal(x * 5, y * 5, z * 5, 3);
  colour = blend(colour, [0.62, 0.3, 0.21], clamp(0.28 + 0.3 * mottled));
  const blush = bell(side - 0.42, 0.2) * bell(y + 0.2, 0.17) + 0.55 * bell(x, 0.12) * bell(y + 0.29, 0.1);
  colour = blend(colour, [0.66, 0.2, 0.15], clamp(0.42 * blush));
  colour = blend(colour, [0.42, 0.19, 0.15], 0.4 * bell(side - 0.24, 0.16) * bell(y + 0.1, 0.06)); // under the eyes
  colour = blend(
    colour,
    [0.35, 0.15, 0.1],
    clamp(freckles(x, y, z) * (bell(side - 0.26, 0.27) * bell(y + 0.14, 0.17))),
  );
  let gloss = 0.2 + 0.12 * bell(x, 0.1) * smoothstep(-0.5, 0.1, y);
  let sharpness = 24;
  let bump = 1;

  const lip = lips(x, y, z);
  if (lip > 0) {
    const lines = 0.5 + 0.5 * noise(x * 55, y * 7, 5);
    colour = blend(colour, blend([0.42, 0.085, 0.085], [0.5, 0.13, 0.115], lines), 0.88 * lip);
    gloss = mix(gloss, 0.5, lip);
    sharpness = mix(sharpness, 55, lip);
    bump = 1.6;
  }
  if (z > 0.3) {
    const crease = 0.592 - 0.5 * side * side;
    colour = blend(colour, [0.1, 0.025, 0.022], bell(y + crease, 0.013) * smoothstep(0.27, 0.2, side) * 0.9);
    colour = blend(colour, [0.075, 0.036, 0.02], brow(x, y));
  }
  if (nearEye) {
    const [u, v] = eyeAngles(x, y, z);
    const [low, high] = lids(u);
    const lashes = smoothstep(0.1 + 0.05 * hash(Math.floor(u * 40), 1, 1), 0.02, v - high) * smoothstep(-1.0, -0.5, u);
    const under = 0.4 * smoothstep(0.05, 0.01, low - v) * smoothstep(-0.5, 0.4, u) * smoothstep(0.86, 0.76, u);
    if (v >= high - 0.01) colour = blend(colour, [0.012, 0.008, 0.007], clamp(lashes) * smoothstep(0.88, 0.78, u));
    else if (v <= low + 0.01) colour = blend(colour, [0.1, 0.04, 0.03], under);
    colour = blend(
      colour,
      [0.3, 0.14, 0.1],
      0.5 * bell(v - high - 0.22, 0.045) * smoothstep(-0.8, -0.3, u) * smoothstep(0.9, 0.6, u),
    ); // fold
    gloss *= 0.7;
  }
  return { kind: 'skin', colour, gloss, sharpness, bump };
}

/** How much of a lip a point of the head is: 0 or up to 1 with a soft edge. */
function lips(x: number, y: number, z: number): number {
  if (z < 0.45) return 0;
  const side = Math.abs(x);
  const t = clamp(side / 0.235);
  const taper = Math.sqrt(Math.max(0, 1 - t * t));
  const corner = -0.592 + 0.5 * side * side;
  const upper = corner + 0.082 * taper ** 0.8 - 0.018 * bell(x, 0.03) + 0.006 * bell(side - 0.06, 0.04);
  const lower = corner - 0.1 * taper;
  return smoothstep(0, 0.016, Math.min(upper - y, y - lower)) * smoothstep(0.24, 0.215, side);
}

/** Freckles: spots of random size at random places of a grid, in two grids. */
function freckles(x: number, y: number, z: number): number {
  let most = 0;
  for (const [cells, offset] of [
    [27, 0],
    [44, 7],
  ] as const) {
    const [cx, cy] = [Math.floor(x * cells), Math.floor(y * cells)];
    for (let i = -1; i <= 1; i++) {
      for (let j = -1; j <= 1; j++) {
        const px = cx + i + hash(cx + i, cy + j, offset);
        const py = cy + j + hash(cx + i, cy + j, offset + 1);
        const size = 0.1 + 0.26 * hash(cx + i, cy + j, offset + 2) ** 2;
        const there = hash(cx + i, cy + j, offset + 3) < 0.55 ? 1 : 0;
        const spot = there * smoothstep(size, size * 0.4, Math.hypot(x * cells - px, y * cells - py));
        most = Math.max(most, spot * (0.35 + 0.4 * hash(cx + i, cy + j, offset + 4)));
      }
    }
  }
  return most * (0.8 + 0.2 * noise(x * 60, y * 60, z * 60));
}

/** How much brow a point of the head is: hairs along an arch above each eye. */
function brow(x: number, y: number): number {
  const side = Math.abs(x);
  const t = clamp((side - 0.1) / 0.42, -0.2, 1.2);
  const arch = 0.262 + 0.14 * t - 0.115 * t * t * t;
  const thickness = 0.04 * smoothstep(-0.16, 0.15, t) * smoothstep(1.06, 0.4, t) + 0.007;
  const inside =
    smoothstep(1.1, 0.5, Math.abs(y - arch) / thickness) * smoothstep(-0.05, 0.06, t) * smoothstep(1.05, 0.98, t);
  const lean = mix(1.1, 0.15, clamp(t));
  const hairs = noise((side - (y - arch) * lean) * 150, (y - arch) * 14, x > 0 ? 3 : 8);
  return clamp(inside * (0.72 + 0.28 * hairs)) * 0.9;
}

/** The surface of a point of the hair (head coordinates). */
export function hairSurface(x: number, y: number, z: number): Surface {
  const broad = strands(x, y, z, 16);
  const fine = strands(x + 3, y, z, 62);
  const single = strands(x, y, z + 3, 150);
  const base = blend(
    [0.034, 0.014, 0.007],
    [0.15, 0.062, 0.025],
    clamp(0.4 + 0.24 * broad + 0.42 * fine + 0.5 * single),
  );
  return {
    kind: 'hair',
    colour: base,
    gloss: 0.5 + 0.25 * fine + 0.2 * single,
    sharpness: 34,
    bump: 0.03 * fine + 0.04 * single,
  };
}

/** The surface of a point of the jumper (room coordinates). */
export function wool(x: number, y: number, z: number): Surface {
  const fuzz = fractal(x * 38, y * 38, z * 38, 2);
  const stitch = knit(x, y, z);
  const shade = (0.35 + 0.65 * stitch) * (1 + 0.22 * fuzz);
  const fleck = hash(Math.floor(x * 70), Math.floor(y * 70), Math.floor(z * 70)) > 0.97 ? 0.35 : 0;
  const colour = blend([0.035, 0.115, 0.13], [0.3, 0.33, 0.28], fleck);
  return { kind: 'wool', colour: scale(colour, shade), gloss: 0.03, sharpness: 6, bump: 0.5 };
}

/** From a to b by t. */
export function blend(a: Vec3, b: Vec3, t: number): Vec3 {
  return [mix(a[0], b[0], t), mix(a[1], b[1], t), mix(a[2], b[2], t)];
}

/** A colour times a number. */
export function scale(a: Vec3, s: number): Vec3 {
  return [a[0] * s, a[1] * s, a[2] * s];
}
