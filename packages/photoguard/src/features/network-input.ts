/*
 * How a network takes pictures: at one size, each channel minus a mean and divided by a deviation. Pictures of other
 * sizes are resized first, antialiased and without keeping their shape, so that the whole picture is seen.
 */
import { type ResizeFilter, resizePixels, type Size } from '../image/index.ts';
import type { Rgb8 } from '../metrics/index.ts';

/** Red, green and blue. */
export type Triple = readonly [number, number, number];

/** The input of a network. */
export interface NetworkInput {
  readonly size: Size;
  /** Mean of values in [0, 1]; default 0. Models in [-1, 1] have mean 0.5 and deviation 0.5. */
  readonly mean?: Triple;
  /** Deviation of values in [0, 1]; default 1. Models in 0..255 have deviation 1/255. */
  readonly deviation?: Triple;
  /** Default: bicubic. */
  readonly filter?: ResizeFilter;
}

/** A picture as [1, 3, height, width]: (value in [0, 1] - mean) / deviation. */
export function networkPixels(
  picture: Rgb8,
  { size, mean = [0, 0, 0], deviation = [1, 1, 1], filter = 'bicubic' }: NetworkInput,
): Float32Array {
  const { data } = resizePixels({ ...picture, channels: 3 }, size, { filter });
  const area = size.width * size.height;
  return data.map((value, i) => {
    const channel = Math.floor(i / area);
    return (value - mean[channel]!) / deviation[channel]!;
  });
}
