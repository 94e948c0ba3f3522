// What somebody painted over a photo to spare or to favour it: strokes of a round brush, in shares of the photo, and the masks
// that they make. The mask is computed from the strokes, since a browser may alter what is read back from a canvas.
import type { Preference } from 'photoguard/attacks';
import type { Mask, Size } from 'photoguard/image';

/** What a stroke asks for, under the names of the command's options. */
export type Wish = 'spare' | 'favour';

/** A stroke. Positions are shares of width and height. */
export interface Stroke {
  readonly wish: Wish;
  /** Of the brush, as a share of the photo's longer side. */
  readonly radius: number;
  readonly points: readonly (readonly [x: number, y: number])[];
}

/** The masks that strokes make, where there are any. */
export function preferenceOf(strokes: readonly Stroke[], size: Size): Preference {
  const masks: { -readonly [wish in Wish]?: Mask } = {};
  for (const wish of ['spare', 'favour'] as const) {
    const some = strokes.filter((stroke) => stroke.wish === wish);
    if (some.length > 0) masks[wish] = maskOf(some, size);
  }
  return masks;
}

/** The mask of strokes: 1 where one went. */
export function maskOf(strokes: readonly Stroke[], { width, height }: Size): Mask {
  const data = new Uint8Array(width * height);
  for (const { radius, points } of strokes) {
    const r = radius * Math.max(width, height);
    const placed = points.map(([x, y]) => [x * width, y * height] as const);
    for (const [i, from] of placed.entries()) paint({ width, height, data }, from, placed[i + 1] ?? from, r);
  }
  return { width, height, data };
}

type Point = readonly [x: number, y: number];

// All pixels whose middle is within r of a line.
function paint({ width, height, data }: Mask, [x0, y0]: Point, [x1, y1]: Point, r: number): void {
  const [dx, dy] = [x1 - x0, y1 - y0];
  const length = dx * dx + dy * dy;
  const bottom = Math.min(height - 1, Math.ceil(Math.max(y0, y1) + r));
  const right = Math.min(width - 1, Math.ceil(Math.max(x0, x1) + r));
  for (let y = Math.max(0, Math.floor(Math.min(y0, y1) - r)); y <= bottom; y++)
    for (let x = Math.max(0, Math.floor(Math.min(x0, x1) - r)); x <= right; x++) {
      const [px, py] = [x + 0.5 - x0, y + 0.5 - y0];
      const along = length > 0 ? Math.min(Math.max((px * dx + py * dy) / length, 0), 1) : 0;
      if ((px - along * dx) ** 2 + (py - along * dy) ** 2 <= r * r) data[y * width + x] = 1;
    }
}
