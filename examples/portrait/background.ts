/*
 * What is behind the sitter, far out of focus: a dim room with warm and cool lights that the lens spreads to discs.
 */

import type { Vec3 } from './materials.ts';
import { clamp, fractal, hash, mix, smoothstep } from './math.ts';

const DISCS = Array.from({ length: 46 }, (_, i) => {
  const warm = hash(i, 3, 1) < 0.68;
  const strength = 0.03 + 0.17 * hash(i, 4, 1) ** 2.5;
  const tint: Vec3 = warm ? [1, 0.55 + 0.2 * hash(i, 5, 1), 0.22] : [0.3, 0.75, 0.85];
  return {
    x: -1.9 + 3.8 * hash(i, 1, 1),
    y: -1.3 + 3.2 * hash(i, 2, 1) ** 0.8,
    radius: 0.13 + 0.17 * hash(i, 6, 1),
    strength,
    tint,
  };
});

/** Light that comes from behind at a place of the picture plane (units of the scene), linear RGB. */
export function background(x: number, y: number): Vec3 {
  const up = clamp((y + 2) / 3.6);
  const glow = Math.exp(-((x - 0.75) ** 2 + (y - 0.35) ** 2) / 1.9);
  const mottle = 1 + 0.25 * fractal(x * 0.7 + 4, y * 0.7, 1, 2);
  const colour: Vec3 = [
    (mix(0.018, 0.034, up) + 0.075 * glow) * mottle,
    (mix(0.026, 0.05, up) + 0.06 * glow) * mottle,
    (mix(0.034, 0.062, up) + 0.045 * glow) * mottle,
  ];
  for (const disc of DISCS) {
    const d = Math.hypot(x - disc.x, y - disc.y) / disc.radius;
    if (d > 1.15) continue;
    // A little brighter towards the rim, as lenses do.
    const light = disc.strength * smoothstep(1.06, 0.93, d) * (0.72 + 0.28 * d * d * d);
    for (let c = 0; c < 3; c++) colour[c]! += light * disc.tint[c]!;
  }
  return colour;
}
