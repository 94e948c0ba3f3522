// Which part of a photo an editor repaints, on its two grids: pixels and latent positions.
import type { Mask, Size } from '../image/index.ts';

/** A mask as an edit uses it. */
export interface Repaint {
  /** [H, W]: 1 where the editor sees the photo, 0 where it sees grey. */
  readonly seen: Float32Array;
  /** [h, w]: 1 where the latent is repainted. */
  readonly latent: Float32Array;
}

/** A mask of the model's size on both grids: a latent position has the mask of its first pixel, as in diffusers. */
export function splitMask(mask: Mask, factor: number): Repaint {
  const { width, height, data } = mask;
  const columns = width / factor;
  const latent = Float32Array.from({ length: columns * (height / factor) }, (_, i) => {
    const [x, y] = [i % columns, Math.floor(i / columns)];
    return data[y * factor * width + x * factor]!;
  });
  return { seen: Float32Array.from(data, (m) => 1 - m), latent };
}

/** The mask for repainting the whole photo: nothing of it is seen. */
export const repaintAll = ({ width, height }: Size, factor: number): Repaint =>
  splitMask({ width, height, data: new Uint8Array(width * height).fill(1) }, factor);
