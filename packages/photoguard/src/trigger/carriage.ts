// Whether a photo carries a trigger: how much stronger the waves of its key are than others of nearly the same length, at the
// scale that fits best, since a crop makes them longer.
import { type Pixels8, pillowResize } from '../image/index.ts';
import type { Tone } from './tones.ts';
import type { Trigger } from './trigger.ts';

/** Longer side at which it is looked for: waves have ten pixels or more. */
const LONGER = 256;
/** Scales of the waves: none, and crops by up to a sixth. */
const SCALES = Array.from({ length: 19 }, (_, i) => 1 - i / 108);
/** Neighbours of a wave, in cycles: two rings around it. */
const NEIGHBOURS = [2.5, 4].flatMap((radius) =>
  Array.from(
    { length: 8 },
    (_, i) => [radius * Math.cos((i * Math.PI) / 4), radius * Math.sin((i * Math.PI) / 4)] as const,
  ),
);

/** {@link carriage} above this is a photo with the trigger. */
export const THRESHOLD = 0.6;

/**
 * How clearly a photo carries a trigger: mean over its waves of the logarithm of their power beside that of their neighbours.
 * About 0 for a photo without it, or with another one.
 */
export function carriage(photo: Pixels8, trigger: Trigger): number {
  const scale = LONGER / Math.max(photo.width, photo.height);
  const size = {
    width: Math.max(8, Math.round(photo.width * scale)),
    height: Math.max(8, Math.round(photo.height * scale)),
  };
  const data = pillowResize(photo.data, photo, 3, size, 'lanczos3');
  const planes = trigger.tones.map((tone) => project({ ...size, channels: 3, data }, tone));
  const scores = SCALES.map((shrunk) => {
    const each = trigger.tones.map(({ across, down }, k) => {
      const power = (dx: number, dy: number): number =>
        powerAt(planes[k]!, size, (shrunk * across + dx) / LONGER, (shrunk * down + dy) / LONGER);
      const around = NEIGHBOURS.map(([dx, dy]) => power(dx, dy)).sort((a, b) => a - b);
      const typical = around[around.length >> 1]!;
      return Math.log((power(0, 0) + Number.MIN_VALUE) / (typical + Number.MIN_VALUE));
    });
    return each.reduce((sum, value) => sum + Math.min(value, MOST), 0) / each.length;
  });
  return Math.max(...scores);
}

/** What one wave can add at most, so that a single strong pattern is no trigger. */
const MOST = 4;

// A plane of the photo along a colour, without its mean, fading out to the edges.
function project({ width, height, data }: Pixels8, { colour }: Tone): Float64Array {
  const plane = Float64Array.from({ length: width * height }, (_, i) =>
    colour.reduce((sum, share, c) => sum + share * data[3 * i + c]!, 0),
  );
  const mean = plane.reduce((sum, value) => sum + value, 0) / plane.length;
  const fade = (at: number, length: number): number => Math.sin((Math.PI * (at + 0.5)) / length);
  return plane.map((value, i) => (value - mean) * fade(i % width, width) * fade(Math.floor(i / width), height));
}

// Of a wave, in cycles per pixel.
function powerAt(plane: Float64Array, size: { width: number; height: number }, across: number, down: number): number {
  const { width, height } = size;
  const table = (length: number, step: number) => ({
    cos: Float64Array.from({ length }, (_, i) => Math.cos(2 * Math.PI * step * i)),
    sin: Float64Array.from({ length }, (_, i) => Math.sin(2 * Math.PI * step * i)),
  });
  const [x, y] = [table(width, across), table(height, down)];
  let [real, imaginary] = [0, 0];
  for (let row = 0; row < height; row++) {
    let [cos, sin] = [0, 0];
    for (let i = 0, at = row * width; i < width; i++, at++) {
      cos += plane[at]! * x.cos[i]!;
      sin += plane[at]! * x.sin[i]!;
    }
    real += cos * y.cos[row]! - sin * y.sin[row]!;
    imaginary += cos * y.sin[row]! + sin * y.cos[row]!;
  }
  return real * real + imaginary * imaginary;
}
