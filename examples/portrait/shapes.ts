/*
 * The sitter as distance functions: head, hair, knitted collar and shoulders. Units: the head is about 2.2 tall, its
 * middle at the origin; y up, z towards the camera. The head is turned a little to the left of the picture and tilted,
 * so head and hair are described in coordinates of their own.
 */
import { bell, capsule, clamp, ellipsoid, mix, noise, smoothstep, union, without } from './math.ts';

const TURN = -0.34;
const TILT = 0.07;
const [COS_TURN, SIN_TURN, COS_TILT, SIN_TILT] = [Math.cos(TURN), Math.sin(TURN), Math.cos(TILT), Math.sin(TILT)];

/** Where the eyes are in the head, and how large; the right one mirrors x. */
export const EYE = { x: 0.285, y: 0.06, z: 0.555, radius: 0.175 } as const;

/** Head coordinates of a point of the room, written into `out`. */
export function toHead(x: number, y: number, z: number, out: number[]): void {
  const tx = COS_TILT * x + SIN_TILT * y;
  const ty = -SIN_TILT * x + COS_TILT * y;
  out[0] = COS_TURN * tx - SIN_TURN * z;
  out[1] = ty;
  out[2] = SIN_TURN * tx + COS_TURN * z;
}

/** How far the eyelids are open at the horizontal angle u (outwards positive): lower and upper edge, as angles. */
export function lids(u: number): readonly [number, number] {
  const t = clamp((u + 0.05) / 0.86, -1, 1);
  const arch = Math.sqrt(Math.max(0, 1 - t * t));
  return [-0.27 * arch + 0.05 * t, 0.345 * arch ** 0.9 + 0.06 * t - 0.1 * smoothstep(0.74, 0.84, u)];
}

/** Angles on an eyeball of a point in head coordinates: horizontal (outwards positive), vertical. */
export function eyeAngles(x: number, y: number, z: number): readonly [number, number] {
  const dx = Math.abs(x) - EYE.x;
  const dy = y - EYE.y;
  const dz = z - EYE.z;
  return [Math.atan2(dx, dz), Math.atan2(dy, Math.hypot(dx, dz))];
}

/** Distance to skin and eyes, in head coordinates. */
export function head(x: number, y: number, z: number): number {
  const side = Math.abs(x);
  let d = ellipsoid(x, y - 0.34, z + 0.14, 0.75, 0.82, 0.92);
  d = union(d, ellipsoid(x, y + 0.26, z - 0.08, 0.585, 0.76, 0.62), 0.3);
  d = union(d, ellipsoid(x, y + 0.85, z - 0.42, 0.2, 0.17, 0.19), 0.3); // chin
  d = union(d, ellipsoid(side - 0.4, y + 0.16, z - 0.36, 0.22, 0.2, 0.24), 0.22); // cheekbones
  d = union(d, ellipsoid(side - 0.22, y - 0.27, z - 0.6, 0.22, 0.07, 0.1), 0.16); // brow
  d = without(d, ellipsoid(side - 0.275, y - 0.07, z - 0.86, 0.21, 0.13, 0.18), 0.14); // sockets
  d = union(d, ellipsoid(x, y + 0.56, z - 0.5, 0.25, 0.22, 0.2), 0.14); // around the mouth
  const p: [number, number, number] = [x, y, z];
  d = union(d, capsule(p, [0, 0.18, 0.66], [0, -0.24, 0.885], 0.062, 0.078), 0.1);
  d = union(d, capsule(p, [0, 0.02, 0.58], [0, -0.27, 0.7], 0.1, 0.165), 0.12); // its flanks
  d = union(d, ellipsoid(x, y + 0.285, z - 0.885, 0.1, 0.085, 0.1), 0.05); // tip of the nose
  d = union(d, ellipsoid(side - 0.105, y + 0.325, z - 0.785, 0.062, 0.06, 0.09), 0.05); // wings
  d = without(d, ellipsoid(side - 0.05, y + 0.378, z - 0.85, 0.026, 0.018, 0.034), 0.025); // nostrils
  d = without(d, ellipsoid(x, y + 0.46, z - 0.78, 0.024, 0.09, 0.05), 0.05); // philtrum
  d = union(d, ellipsoid(side - 0.07, y + 0.552, z - 0.665, 0.15, 0.042, 0.085), 0.035); // upper lip
  d = union(d, ellipsoid(x, y + 0.642, z - 0.66, 0.165, 0.056, 0.09), 0.04); // lower lip
  const smile = 0.595 - 0.5 * side * side;
  d = without(d, ellipsoid(x, y + smile, z - 0.76, 0.235, 0.011, 0.06), 0.022);
  return union(d, eye(x, y, z), 0.03);
}

function eye(x: number, y: number, z: number): number {
  const distance = Math.hypot(Math.abs(x) - EYE.x, y - EYE.y, z - EYE.z);
  if (distance > 0.4) return distance - EYE.radius;
  const [u, v] = eyeAngles(x, y, z);
  const [low, high] = lids(u);
  const inside = smoothstep(0, 0.07, Math.min(v - low, high - v));
  const crease = 0.01 * bell(v - high - 0.2, 0.05) * smoothstep(0.9, 0.6, u);
  return distance - EYE.radius - 0.022 * (1 - inside) + crease;
}

/** Distance to the hair, in head coordinates: a cap, waves down both sides, open at the face. */
export function hair(x: number, y: number, z: number): number {
  const wave = 0.06 * Math.sin(4.2 * y + 1.3) * smoothstep(0.3, -0.6, y);
  const sx = Math.abs(x) - wave;
  let d = ellipsoid(x, y - 0.4, z + 0.16, 0.87, 0.93, 1.0);
  d = union(d, ellipsoid(sx - 0.73, y + 0.38, z + 0.08, 0.25, 1.0, 0.4), 0.25);
  d = union(d, ellipsoid(sx - 0.7, y + 1.3, z - 0.1, 0.24, 0.62, 0.3), 0.22);
  d = union(d, ellipsoid(x, y + 0.35, z + 0.62, 0.85, 1.1, 0.45), 0.2);
  // The face: wider at the cheeks, and a parting above the left eye from which the fringe falls to both sides.
  const part = 0.77 - 1.15 * Math.abs(x - 0.2) ** 1.5;
  const edge = Math.max(ellipsoid(x, y + 0.3, z - 0.78, 0.66, 1.15, 0.86), y - part);
  d = without(d, edge, 0.09);
  if (d > 0.12) return d;
  return d - 0.011 * strands(x, y, z, 9) - 0.008 * strands(x, y, z, 34);
}

/** Noise drawn out along the hair, in [-1, 1]: down the sides, and from the parting outwards on top. */
export function strands(x: number, y: number, z: number, fineness: number): number {
  const bend = 0.07 * Math.sin(4.2 * y + 1.3 + 2 * z) + 0.03 * Math.sin(9 * y + 5 * z);
  const top = smoothstep(0.45, 1.0, y);
  const down = top < 1 ? noise((x + bend) * fineness, y * 0.03 * fineness, (z + bend) * fineness) : 0;
  const across =
    top > 0
      ? noise(x * 0.06 * fineness, y * 0.25 * fineness, (z + 0.4 * x * x + 0.03 * Math.sin(6 * x)) * fineness)
      : 0;
  return mix(down, across, top);
}

/** Distance to the neck, in coordinates of the room. */
export function neck(x: number, y: number, z: number): number {
  return capsule([x, y, z], [0.02, -0.6, -0.2], [0, -1.7, -0.34], 0.36, 0.4);
}

/** Distance to the jumper, in coordinates of the room: shoulders and a rolled collar. */
export function jumper(x: number, y: number, z: number): number {
  let d = ellipsoid(x, y + 2.75, z + 0.36, 1.62, 1.02, 0.74);
  d = union(d, ellipsoid(Math.abs(x) - 1.05, y + 2.3, z + 0.34, 0.52, 0.5, 0.46), 0.35);
  d = union(d, capsule([x, y, z], [0, -1.5, -0.3], [0, -2.2, -0.36], 0.46, 0.62), 0.3);
  const ring = Math.hypot(Math.hypot(x, z + 0.28) - 0.43, (y + 1.4 - 0.1 * z) * 0.62) - 0.11;
  return union(d, ring, 0.06) - 0.02 * knit(x, y, z);
}

/** Height of the stitches, 0 to 1: ribs around the collar, rows of V below. */
export function knit(x: number, y: number, z: number): number {
  const around = Math.atan2(x, z + 0.3);
  if (y > -1.62 - 0.1 * Math.abs(x)) {
    return 0.6 + 0.4 * Math.cos(around * 52 + 0.6 * noise(y * 14, around * 8, 0)); // ribs
  }
  const u = x * 15 + 0.15 * noise(x * 6, y * 6, 3);
  const row = y * 17 + 0.2 * x * x * 17 + 0.15 * noise(x * 5, y * 5, 9);
  const slant = Math.abs(u - Math.floor(u) - 0.5) * 1.3;
  return 0.5 + 0.5 * Math.cos(2 * Math.PI * (row + slant)) * (0.55 + 0.45 * Math.cos(2 * Math.PI * u));
}
