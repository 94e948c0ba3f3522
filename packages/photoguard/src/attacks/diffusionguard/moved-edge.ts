// A mask with its edge moved: the part of the photo that is kept grows or shrinks by a random distance, the same all
// around.
import type { Mask } from '../../image/index.ts';

/** The mask with its edge moved by up to `margin` of its shorter side, inwards or outwards, for 32 random bits. */
export function movedEdge(mask: Mask, margin: number, bits: number): Mask {
  const most = margin * Math.min(mask.width, mask.height);
  const distance = Math.round((2 * (bits / 2 ** 32) - 1) * most);
  if (distance === 0) return mask;
  const moved = distance > 0 ? spread(mask, 1, distance) : spread(mask, 0, -distance);
  // Neither the whole photo nor nothing may be left.
  return moved.data.every((m) => m === moved.data[0]) ? mask : moved;
}

/** Every pixel within `radius` of one with `value`, along one axis after the other, gets that value. */
function spread(mask: Mask, value: 0 | 1, radius: number): Mask {
  const { width, height } = mask;
  const along = near(mask.data, value, radius, height, width, width, 1);
  return { width, height, data: near(along, value, radius, width, height, 1, width) };
}

function near(
  data: Uint8Array,
  value: 0 | 1,
  radius: number,
  lines: number,
  length: number,
  lineStep: number,
  step: number,
): Uint8Array {
  const out = Uint8Array.from(data);
  for (let line = 0; line < lines; line++) {
    const start = line * lineStep;
    let last = Number.NEGATIVE_INFINITY; // last position of the value, from the left
    for (let i = 0; i < length; i++) {
      if (data[start + i * step] === value) last = i;
      if (i - last <= radius) out[start + i * step] = value;
    }
    let next = Number.POSITIVE_INFINITY;
    for (let i = length - 1; i >= 0; i--) {
      if (data[start + i * step] === value) next = i;
      if (next - i <= radius) out[start + i * step] = value;
    }
  }
  return out;
}
