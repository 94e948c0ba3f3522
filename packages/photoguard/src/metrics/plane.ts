/*
 * One number a pixel, in float64: what metrics of luma compare, and what multi-scale metrics halve. Most of them pool
 * first, by blocks of k x k pixels; the remainder at the right and bottom is dropped, as in pooling layers.
 */
import type { Rgb8 } from './picture.ts';

/** A map of numbers: `data[y * width + x]`. */
export interface Plane {
  readonly width: number;
  readonly height: number;
  readonly data: Float64Array;
}

/** Weights of red, green and blue. */
export type Weights = readonly [red: number, green: number, blue: number];

/** The first row of YIQ, which is the luma of BT.601: 0.299 R + 0.587 G + 0.114 B. */
export const LUMA: Weights = [0.299, 0.587, 0.114];

/** Options of {@link weighChannels}. */
export interface Pooling {
  /** Side of the blocks that are averaged; default 1. */
  readonly pool?: number;
  /** What happens to blocks that reach beyond the picture: left out (default), or padded with zeros. */
  readonly partial?: 'drop' | 'zeros';
}

/** A weighted sum of a picture's channels, on the 0-255 scale. */
export function weighChannels(
  picture: Rgb8,
  [red, green, blue]: Weights,
  { pool = 1, partial = 'drop' }: Pooling = {},
): Plane {
  const { data } = picture;
  const count = partial === 'drop' ? Math.floor : Math.ceil;
  const width = count(picture.width / pool);
  const height = count(picture.height / pool);
  const columns = Math.min(picture.width, width * pool);
  const rows = Math.min(picture.height, height * pool);
  const out = new Float64Array(width * height);
  const [r, g, b] = [red / pool ** 2, green / pool ** 2, blue / pool ** 2];
  for (let y = 0; y < rows; y++) {
    const to = Math.floor(y / pool) * width;
    let i = 3 * y * picture.width;
    for (let x = 0, start = 0; start < columns; x++, start += pool) {
      const end = 3 * Math.min(pool, columns - start) + i;
      let sum = 0;
      for (; i < end; i += 3) sum += r * data[i]! + g * data[i + 1]! + b * data[i + 2]!;
      out[to + x]! += sum;
    }
  }
  return { width, height, data: out };
}

/**
 * Side of the blocks that piq averages before SSIM and FSIM: the shorter side / 256, rounded half to even, at least 1.
 */
export function piqPooling({ width, height }: Rgb8): number {
  const ratio = Math.min(width, height) / 256;
  const below = Math.floor(ratio);
  const up = ratio - below > 0.5 || (ratio - below === 0.5 && below % 2 === 1);
  return Math.max(1, up ? below + 1 : below);
}
