// The photo while it is worked on, small, with the change so far amplified: people see where it goes.
import type { Pixels8 } from 'photoguard/image';
import type { SmallPicture } from './messages.ts';

/** Longest side, in pixels. */
const LONGEST = 192;
/** How much larger the change is shown. */
const AMPLIFIED = 4;

/** @param delta planar, in units of [0, 1], as the loop has it */
export function livePicture(photo: Pixels8, delta: Float32Array): SmallPicture {
  const scale = Math.max(1, Math.max(photo.width, photo.height) / LONGEST);
  const [width, height] = [photo.width, photo.height].map((side) => Math.max(1, Math.floor(side / scale))) as [
    number,
    number,
  ];
  const area = photo.width * photo.height;
  const data = new Uint8ClampedArray(4 * width * height);
  for (let y = 0, to = 0; y < height; y++)
    for (let x = 0; x < width; x++, to += 4) {
      const from = Math.floor(y * scale) * photo.width + Math.floor(x * scale);
      for (let channel = 0; channel < 3; channel++)
        data[to + channel] = photo.data[3 * from + channel]! + 255 * AMPLIFIED * delta[channel * area + from]!;
      data[to + 3] = 255;
    }
  return { width, height, data };
}
