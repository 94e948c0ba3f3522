/*
 * A picture plane by plane, in floats. A photo of 100 megapixels is 300 MB of bytes and 1.2 GB of floats: whoever can work
 * on one channel at a time holds a third of the latter, and reads the former as it goes.
 */
import type { Image01, Pixels8 } from './types.ts';

/** Fills an array of width x height values with a channel of a picture, in [0, 1]. */
export type FillPlane = (channel: number, plane: Float32Array) => void;

const LEVELS = Float32Array.from({ length: 256 }, (_, byte) => byte / 255);

/** The planes of a picture, bytes as `toImage01` makes them. */
export function readPlanes(picture: Pixels8 | Image01): FillPlane {
  const { data } = picture;
  const area = picture.width * picture.height;
  if (data instanceof Float32Array)
    return (channel, plane) => plane.set(data.subarray(channel * area, (channel + 1) * area));
  return (channel, plane) => {
    for (let i = 0, j = channel; i < area; i++, j += 3) plane[i] = LEVELS[data[j]!]!;
  };
}
