/*
 * Light: rays march along the distance functions until they meet something; there, a large soft light from the upper
 * left, a weak one from the right, one from behind that draws the edge of hair and shoulders, and a dim room. Skin lets
 * red light around the corner a little, hair shines across its strands.
 */
import { background } from './background.ts';
import { blend, face, hairSurface, type Surface, type Vec3, wool } from './materials.ts';
import { clamp, mix, noise, smoothstep } from './math.ts';
import { hair, head, jumper, neck, toHead } from './shapes.ts';

const KEY = unit([-0.62, 0.55, 0.72]);
const FILL = unit([0.85, 0.1, 0.6]);
const RIM = unit([0.8, 0.5, -0.62]);
const KEY_LIGHT: Vec3 = [2.5, 2.32, 2.08];
const FILL_LIGHT: Vec3 = [0.26, 0.31, 0.37];
const RIM_LIGHT: Vec3 = [1.9, 1.45, 0.95];
const ROOM: Vec3 = [0.15, 0.165, 0.185];

const CAMERA_Z = 9.5;
const MIDDLE_Y = -0.22;
const HALF_HEIGHT = 1.72;

const local: number[] = [0, 0, 0];

function scene(x: number, y: number, z: number): number {
  const cloth = jumper(x, y, z);
  toHead(x, y, z, local);
  const near = Math.hypot(local[0]!, local[1]! + 0.25, local[2]! + 0.1) - 1.75;
  if (near > 0.3) return Math.min(cloth, near);
  const skull = head(local[0]!, local[1]!, local[2]!);
  const body = Math.min(skull, neck(x, y, z));
  return Math.min(cloth, body, hair(local[0]!, local[1]!, local[2]!));
}

/** The light that reaches the camera at a place of the picture: u and v from -1 to 1, v up; `aspect` is width / height. */
export function radiance(u: number, v: number, aspect: number): Vec3 {
  const px = u * HALF_HEIGHT * aspect;
  const py = MIDDLE_Y + v * HALF_HEIGHT;
  const direction = unit([px, py - MIDDLE_Y, -CAMERA_Z]);
  let t = CAMERA_Z - 1.6;
  for (let step = 0; step < 140; step++) {
    const [x, y, z] = along(direction, t);
    const d = scene(x, y, z);
    if (d < 0.0012) return shade([x, y, z], direction);
    t += d * 0.72;
    if (t > CAMERA_Z + 2.2) break;
  }
  return background(px, py);
}

function along(direction: Vec3, t: number): Vec3 {
  return [direction[0] * t, MIDDLE_Y + direction[1] * t, CAMERA_Z + direction[2] * t];
}

function surfaceAt(p: Vec3): Surface {
  toHead(p[0], p[1], p[2], local);
  const [x, y, z] = local as Vec3;
  const distances = [head(x, y, z), neck(...p), hair(x, y, z), jumper(...p)];
  const nearest = distances.indexOf(Math.min(...distances));
  if (nearest === 2) return hairSurface(x, y, z);
  if (nearest === 3) return wool(...p);
  return face(x, y, z);
}

function shade(p: Vec3, view: Vec3): Vec3 {
  const surface = surfaceAt(p);
  const n = roughened(p, normal(p, surface.kind === 'wool' ? 0.004 : surface.kind === 'hair' ? 0.04 : 0.002), surface);
  const open = clamp(openness(p, n));
  const lit = visible(p, n, KEY);
  const result: Vec3 = [0, 0, 0];
  const facing = clamp(-dot(n, view));
  const edge = (1 - facing) ** 4;
  const wrap: Vec3 = surface.kind === 'skin' ? [0.34, 0.17, 0.12] : [0.08, 0.08, 0.08];
  for (let c = 0; c < 3; c++) {
    const w = wrap[c]!;
    const soft = surface.kind === 'skin' ? lit ** (c === 0 ? 0.76 : 1) : lit;
    const key = (Math.max(0, dot(n, KEY) + w) / (1 + w)) * soft * KEY_LIGHT[c]!;
    const fill = Math.max(0, dot(n, FILL) * 0.75 + 0.25) * open * FILL_LIGHT[c]!;
    const rim = Math.max(0, dot(n, RIM)) * (0.25 + 0.75 * open) * RIM_LIGHT[c]! * 0.5;
    const occluded = surface.kind === 'skin' ? open ** (c === 0 ? 0.75 : 1.1) : open;
    const room = ROOM[c]! * occluded * (0.75 + 0.25 * n[1]);
    result[c] = surface.colour[c]! * (key + fill + rim + room);
  }
  if (surface.kind === 'hair') return plus(result, hairShine(p, n, view, surface, lit, open));
  const shine = highlight(n, view, KEY, surface) * (surface.kind === 'eye' ? 1 : lit); // lashes do not hide the lamp
  const second = highlight(n, view, FILL, surface) * open * 0.25;
  const back = edge * clamp(dot(n, RIM) + 0.4) * open * (surface.kind === 'wool' ? 0.5 : 0.28);
  for (let c = 0; c < 3; c++) {
    result[c]! += KEY_LIGHT[c]! * shine + FILL_LIGHT[c]! * second + RIM_LIGHT[c]! * back * (0.25 + surface.colour[c]!);
  }
  return result;
}

function highlight(n: Vec3, view: Vec3, light: Vec3, surface: Surface): number {
  const half = unit([light[0] - view[0], light[1] - view[1], light[2] - view[2]]);
  const lobe = clamp(dot(n, half)) ** surface.sharpness;
  const fresnel = 0.35 + 0.65 * (1 - clamp(-dot(view, half))) ** 3;
  return surface.gloss * lobe * fresnel * clamp(dot(n, light) * 4);
}

/** Light along strands is a cylinder's: brightest where the light meets them squarely (Kajiya and Kay 1989). */
function hairShine(p: Vec3, n: Vec3, view: Vec3, surface: Surface, lit: number, open: number): Vec3 {
  toHead(p[0], p[1], p[2], local);
  const top = smoothstep(0.35, 1.0, local[1]!);
  const wave = 0.25 * Math.cos(4.2 * local[1]! + 1.3);
  const flow: Vec3 = [mix(wave, Math.sign(local[0]! - 0.2), top), mix(-1, -0.35, top), 0.1];
  const s = dot(flow, n);
  const tangent = unit([
    flow[0] - s * n[0] + surface.bump * n[0] * 6,
    flow[1] - s * n[1] + surface.bump * n[1] * 6,
    flow[2] - s * n[2],
  ]);
  const lobe = (light: Vec3, power: number): number => {
    const half = unit([light[0] - view[0], light[1] - view[1], light[2] - view[2]]);
    return Math.sqrt(Math.max(0, 1 - dot(tangent, half) ** 2)) ** power * clamp(dot(n, light) * 2 + 0.3);
  };
  const white = 0.07 * surface.gloss * lobe(KEY, 90) * lit;
  const tinted = 0.85 * surface.gloss * lobe(KEY, 18) * lit;
  const behind = (1 - clamp(-dot(n, view))) ** 2.2 * clamp(dot(n, RIM) + 0.55) * open * 1.5;
  const out: Vec3 = [0, 0, 0];
  for (let c = 0; c < 3; c++) {
    const tint = surface.colour[c]! * 1.3;
    out[c] = KEY_LIGHT[c]! * (white + tinted * tint) + RIM_LIGHT[c]! * behind * (tint + 0.05);
  }
  return out;
}

/** Pores, lip lines, wool fibres: the normal, bent by fine noise. */
function roughened(p: Vec3, n: Vec3, surface: Surface): Vec3 {
  if (surface.kind === 'hair' || surface.bump === 0) return n;
  const f = surface.kind === 'wool' ? 60 : 95;
  const amount = (surface.kind === 'wool' ? 0.28 : 0.055) * surface.bump;
  const [x, y, z] = [p[0] * f, p[1] * f, p[2] * f];
  return unit([
    n[0] + amount * noise(x, y, z),
    n[1] + amount * noise(x + 40, y, z),
    n[2] + amount * noise(x, y + 40, z),
  ]);
}

function normal(p: Vec3, e: number): Vec3 {
  const [x, y, z] = p;
  return unit([
    scene(x + e, y, z) - scene(x - e, y, z),
    scene(x, y + e, z) - scene(x, y - e, z),
    scene(x, y, z + e) - scene(x, y, z - e),
  ]);
}

/** How much of the room a point sees: 1 on open ground, less in folds. */
function openness(p: Vec3, n: Vec3): number {
  let hidden = 0;
  for (let i = 1; i <= 5; i++) {
    const h = 0.05 * i * i * 0.45;
    hidden += Math.max(0, h - scene(p[0] + n[0] * h, p[1] + n[1] * h, p[2] + n[2] * h)) / h / 2 ** (i * 0.55);
  }
  return 1 - 0.8 * hidden;
}

/** How much of the key light reaches a point, with the soft edge that a large light gives. */
function visible(p: Vec3, n: Vec3, light: Vec3): number {
  let least = 1;
  let t = 0.03;
  const [x, y, z] = [p[0] + 0.012 * n[0], p[1] + 0.012 * n[1], p[2] + 0.012 * n[2]];
  for (let i = 0; i < 44 && t < 2.6; i++) {
    const d = scene(x + light[0] * t, y + light[1] * t, z + light[2] * t);
    least = Math.min(least, 0.5 + (0.5 * d) / (0.13 * t));
    if (least < 0) return 0;
    t += clamp(d * 0.8, 0.016, 0.16);
  }
  return smoothstep(0, 1, least);
}

function plus(a: Vec3, b: Vec3): Vec3 {
  return [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
}

function dot(a: Vec3, b: Vec3): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

function unit(a: Vec3): Vec3 {
  const length = Math.hypot(a[0], a[1], a[2]) || 1;
  return [a[0] / length, a[1] / length, a[2] / length];
}

/** Film: light to display values in [0, 1], with a soft shoulder and a little warmth in the highlights. */
export function develop(light: Vec3, exposure = 1): Vec3 {
  const mapped = light.map((value) => {
    const v = value * exposure;
    return (v * (2.51 * v + 0.03)) / (v * (2.43 * v + 0.59) + 0.14); // filmic curve (fit by Narkowicz 2015)
  }) as Vec3;
  const grey = (mapped[0] + mapped[1] + mapped[2]) / 3;
  return blend([grey, grey, grey], mapped, 0.96).map((v) => {
    const c = clamp(v);
    return c <= 0.0031308 ? 12.92 * c : 1.055 * c ** (1 / 2.4) - 0.055;
  }) as Vec3;
}
