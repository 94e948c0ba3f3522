// Batches of random crops for an autoencoder. A batch depends only on the seed and the step, so a resumed training gets
// the same data.
import { Random } from 'photoguard/random';
import { STREAMS } from '../common/streams.ts';
import type { PhotoBytes } from './photo-set.ts';

/** Options of crops. */
export interface CropOptions {
  /** Side of a crop in pixels. */
  readonly side: number;
  readonly seed: number;
}

/** Numbers drawn for each crop: photo, column, row, flip. */
const DRAWS = 4;

/** A batch of crops, [size, 3, side, side] in [0, 1], half of them mirrored. */
export function cropBatch(
  photos: readonly PhotoBytes[],
  { side, seed }: CropOptions,
  { size, step }: { readonly size: number; readonly step: number },
): Float32Array {
  const area = side * side;
  const out = new Float32Array(size * 3 * area);
  const draws = new Random(seed, STREAMS.crops(step)).uniform(DRAWS * size, 0, 1);
  for (let i = 0; i < size; i++) {
    const [which, across, down, flip] = draws.subarray(DRAWS * i, DRAWS * (i + 1)) as unknown as number[];
    const photo = photos[below(photos.length, which!)]!;
    const left = below(photo.width - side + 1, across!);
    const top = below(photo.height - side + 1, down!);
    const to = out.subarray(3 * area * i);
    for (let y = 0; y < side; y++)
      for (let x = 0; x < side; x++) {
        const from = ((top + y) * photo.width + left + (flip! < 0.5 ? x : side - 1 - x)) * 3;
        for (let c = 0; c < 3; c++) to[c * area + y * side + x] = photo.data[from + c]! / 255;
      }
  }
  return out;
}

/** A whole number below `end`; `draw` is rounded to float32, so once in thirty million it is 1. */
const below = (end: number, draw: number): number => Math.min(Math.floor(draw * end), end - 1);
