// Scales down (or up) and back, in 8 bits, as Pillow does.
import type { PillowFilter, Pixels8, Size } from '../image/index.ts';
import { pillowResize } from '../image/index.ts';
import type { ChoiceArgument } from './arguments.ts';
import { transformKind } from './kind.ts';
import { resizePass } from './separable.ts';

/** The argument of transforms that resize. */
export const FILTER: ChoiceArgument<PillowFilter> = {
  kind: 'choice',
  about: "Pillow's filter",
  default: 'bicubic',
  words: ['nearest', 'box', 'bilinear', 'bicubic', 'lanczos3'],
};

/** A picture at another size. */
export const resizedTo = (pixels: Pixels8, { width, height }: Size, filter: PillowFilter): Pixels8 => ({
  width,
  height,
  channels: 3,
  data: pillowResize(pixels.data, pixels, 3, { width, height }, filter),
});

/** `resize`. */
export const resize = transformKind({
  about: 'resized by a factor and back to its size',
  compared:
    'The down- and up-scaling of nearly every paper on removal (factor 0.5), and what an editor with a small input does ' +
    "anyway. To the last bit Pillow's resize, so what Python programs do; OpenCV and PyTorch without antialias give " +
    'other pictures when shrinking.',
  arguments: {
    factor: { kind: 'number', about: 'of both sides; below 1 is smaller', default: 0.5, min: 0.01, max: 8 },
    filter: FILTER,
  },
  make:
    ({ factor, filter }) =>
    async (pixels) =>
      resizedTo(resizedTo(pixels, scaled(pixels, factor), filter), pixels, filter),
  passes:
    ({ factor, filter }) =>
    (size) => {
      const small = scaled(size, factor);
      return [resizePass(size, small, filter), resizePass(small, size, filter)];
    },
});

function scaled({ width, height }: Size, factor: number): Size {
  const side = (length: number): number => Math.max(1, Math.round(length * factor));
  return { width: side(width), height: side(height) };
}
