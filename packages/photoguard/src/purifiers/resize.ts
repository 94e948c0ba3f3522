// Made smaller (or larger) and brought back, in 8 bits, as Pillow does it.
import type { PillowFilter, Pixels8, Size } from '../image/index.ts';
import { pillowResize } from '../image/index.ts';
import type { ChoiceArgument } from './arguments.ts';
import { resizeInGraph } from './differentiable/resize.ts';
import { purifierKind } from './kind.ts';

/** The argument of purifiers that resize. */
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
export const resize = purifierKind({
  about: 'resized by a factor and back to its size',
  compared:
    'The down- and up-scaling of nearly every paper on removal (factor 0.5), and what an editor with a small input does ' +
    "anyway. To the last bit Pillow's resize, so what Python programs do; OpenCV and PyTorch without antialias give " +
    'other pictures when shrinking.',
  needs: 'nothing',
  arguments: {
    factor: { kind: 'number', about: 'of both sides; below 1 is smaller', default: 0.5, min: 0.01, max: 8 },
    filter: FILTER,
  },
  make:
    ({ factor, filter }) =>
    async (pixels) =>
      resizedTo(resizedTo(pixels, scaled(pixels, factor), filter), pixels, filter),
  inGraph:
    ({ factor, filter }) =>
    (g, image) => {
      const [, , height, width] = image.shape as [number, number, number, number];
      const torch = filter === 'nearest' ? 'nearest-exact' : filter; // Pillow's NEAREST, but where two pixels are as near
      const small = resizeInGraph(g, image, scaled({ width, height }, factor), torch);
      return resizeInGraph(g, small, { width, height }, torch);
    },
});

function scaled({ width, height }: Size, factor: number): Size {
  const side = (length: number): number => Math.max(1, Math.round(length * factor));
  return { width: side(width), height: side(height) };
}
