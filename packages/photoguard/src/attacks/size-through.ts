// Where on its way a photo is transformed.
import type { Size } from '../image/index.ts';

/**
 * The size at which a photo goes through transforms. A site makes a large photo smaller before it compresses it, so one that
 * is larger than what a single model sees is transformed at that model's size; any other at its own.
 */
export function sizeThrough(photo: Size, modelSizes: readonly Size[]): Size {
  const [only] = modelSizes;
  return modelSizes.length === 1 && only!.width * only!.height < photo.width * photo.height ? only! : photo;
}
