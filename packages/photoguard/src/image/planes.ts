/*
 * A picture plane by plane, in floats. A photo of 100 megapixels is 300 MB of bytes and 1.2 GB of floats: code that
 * works on one channel at a time needs only a third of the floats, and converts the bytes as it goes.
 */
import type { Image01, Pixels8 } from './types.ts';

/** Fills an array of width x height values with a channel of a picture, in [0, 1]. */
export type FillPlane = (channel: number, plane: Float32Array) => void;

/** The float of each byte. */
export const LEVELS = Float32Array.from({ length: 256 }, (_, byte) => byte / 255);

/** Reads the planes of a picture; bytes are converted as by `toImage01`. */
export function readPlanes(picture: Pixels8 | Image01): FillPlane {
  const { data } = picture;
  const area = picture.width * picture.height;
  if (data instanceof Float32Array)
    return (channel, plane) => plane.set(data.subarray(channel * area, (channel + 1) * area));
  return (channel, plane) => {
    for (let i = 0, j = channel; i < area; i++, j += 3) plane[i] = LEVELS[data[j]!]!;
  };
}
