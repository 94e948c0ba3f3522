// A picture at a size that a model takes, and back: resized by Pillow's Lanczos filter in 8 bits both ways, as diffusers
// resizes what it edits. Nothing is resized where the sizes agree.
import { fitSize, type Image01, type Pixels8, type Size, toImage01, toPixels8 } from '../image/index.ts';
import type { NumberArgument } from '../transforms/index.ts';
import { resizedTo } from '../transforms/index.ts';

/** The argument that says at which size a model sees the picture. */
export const SIDE = {
  kind: 'integer',
  about: "longer side that the model sees; 0: the picture's own",
  default: 0,
  min: 0,
  max: 16384,
  unit: 'pixels',
} as const satisfies NumberArgument;

/** The size for a longer side (0: the picture's own), both sides multiples of `factor`. */
export const modelSize = ({ width, height }: Size, side: number, factor: number): Size =>
  fitSize(width, height, side === 0 ? 'native' : `fit:${side}`, factor);

/** A picture as a model of `size` sees it. */
export const toModel = (pixels: Pixels8, size: Size): Image01 =>
  toImage01(sameSize(pixels, size) ? pixels : resizedTo(pixels, size, 'lanczos3'));

/** What a model made, at the picture's size. */
export function fromModel(image: Image01, size: Size): Pixels8 {
  const pixels = toPixels8(image);
  return sameSize(pixels, size) ? pixels : resizedTo(pixels, size, 'lanczos3');
}

const sameSize = (a: Size, b: Size): boolean => a.width === b.width && a.height === b.height;
