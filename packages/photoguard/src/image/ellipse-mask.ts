// The default mask when none was drawn: the middle is kept and the rest repainted, as in the edits that immunization is
// meant to stop.
import type { Mask, Size } from './types.ts';

/** Half-axes of the ellipse that is kept, as shares of the sides: 45% of the area. */
export const KEPT_ELLIPSE = Object.freeze({ x: 0.34, y: 0.42 });

/** Keeps an ellipse in the middle: a person's head and shoulders, a flower, a garment. */
export function ellipseKept({ width, height }: Size): Mask {
  const data = Uint8Array.from({ length: width * height }, (_, i) => {
    const x = ((i % width) + 0.5) / width - 0.5;
    const y = (Math.floor(i / width) + 0.5) / height - 0.5;
    return (x / KEPT_ELLIPSE.x) ** 2 + (y / KEPT_ELLIPSE.y) ** 2 < 1 ? 0 : 1;
  });
  return { width, height, data };
}
