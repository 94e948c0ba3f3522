// The median of a square around each pixel, channel by channel.
import { PhotoGuardError } from '../errors.ts';
import type { Pixels8 } from '../image/index.ts';
import { purifierKind } from './kind.ts';

/** `median`. */
export const median = purifierKind({
  about: 'the median of a square around each pixel, in each channel',
  compared: "The median smoothing of feature squeezing (Xu et al. 2018). Edges are repeated, as in sharp's median.",
  arguments: {
    side: { kind: 'integer', about: 'of the square', default: 3, min: 1, max: 31, unit: 'pixels', odd: true },
  },
  make:
    ({ side }) =>
    async (pixels) => {
      if (side === 1) return pixels;
      if (side > Math.min(pixels.width, pixels.height))
        throw new PhotoGuardError('input', `a median over ${side} pixels needs a picture of at least that size`, {
          got: `${pixels.width}x${pixels.height}`,
        });
      return filterMedian(pixels, side);
    },
});

/** Huang's algorithm: a histogram of the square that moves along each row, a column in and a column out. */
function filterMedian(pixels: Pixels8, side: number): Pixels8 {
  const { width, height } = pixels;
  const radius = (side - 1) / 2;
  const rank = (side * side + 1) / 2;
  const data = new Uint8Array(pixels.data.length);
  const counts = new Uint16Array(256);
  for (let c = 0; c < 3; c++) {
    const at = (x: number, y: number): number => pixels.data[3 * (clamp(y, height) * width + clamp(x, width)) + c]!;
    for (let y = 0; y < height; y++) {
      counts.fill(0);
      for (let dx = -radius; dx <= radius; dx++)
        for (let dy = -radius; dy <= radius; dy++) counts[at(dx, y + dy)]! += 1;
      for (let x = 0; x < width; x++) {
        data[3 * (y * width + x) + c] = valueOfRank(counts, rank);
        for (let dy = -radius; dy <= radius; dy++) {
          counts[at(x - radius, y + dy)]! -= 1;
          counts[at(x + radius + 1, y + dy)]! += 1;
        }
      }
    }
  }
  return { width, height, channels: 3, data };
}

const clamp = (i: number, length: number): number => Math.min(Math.max(i, 0), length - 1);

function valueOfRank(counts: Uint16Array, rank: number): number {
  let seen = 0;
  for (let value = 0; ; value++) {
    seen += counts[value]!;
    if (seen >= rank) return value;
  }
}
