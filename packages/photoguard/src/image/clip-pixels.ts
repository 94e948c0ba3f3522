/*
 * A picture as input of CLIP's image tower (transformers' CLIPImageProcessor): the shorter side resized by Pillow's
 * bicubic filter, the middle cut out, each channel normalised.
 */
import { pillowResize } from './resize-pillow.ts';
import type { Pixels8, Size } from './types.ts';

const MEAN = [0.48145466, 0.4578275, 0.40821073];
const DEVIATION = [0.26862954, 0.26130258, 0.27577711];

/** The size at which the shorter side is `side`; the longer one is truncated, as Python does. */
export function shortestEdge({ width, height }: Size, side: number): Size {
  const shorter = Math.min(width, height);
  return { width: Math.trunc((side * width) / shorter), height: Math.trunc((side * height) / shorter) };
}

/** [3, side, side], normalised. */
export function clipPixels(pixels: Pixels8, side: number): Float32Array {
  const size = shortestEdge(pixels, side);
  const bytes = pillowResize(pixels.data, pixels, 3, size, 'bicubic');
  const [left, top] = [(size.width - side) >> 1, (size.height - side) >> 1];
  return Float32Array.from({ length: 3 * side * side }, (_, i) => {
    const channel = Math.floor(i / (side * side));
    const [y, x] = [Math.floor(i / side) % side, i % side];
    const byte = bytes[((top + y) * size.width + left + x) * 3 + channel]!;
    return (byte / 255 - MEAN[channel]!) / DEVIATION[channel]!;
  });
}
