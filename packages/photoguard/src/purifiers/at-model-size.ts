// Resizes a picture to a model's size and back, both as an editor resizes photos.
import { type Image01, type Pixels8, type Size, toPixels8 } from '../image/index.ts';
import type { NumberArgument } from '../transforms/index.ts';
import { fitSize, resizedPixels, View } from '../view/index.ts';

/** Argument for the size at which a model sees the picture. */
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
export const toModel = (pixels: Pixels8, size: Size): Image01 => new View({ photo: pixels, size }).exact(pixels);

/** A model's output at the picture's size. */
export const fromModel = (image: Image01, size: Size): Pixels8 => resizedPixels(toPixels8(image), size);
