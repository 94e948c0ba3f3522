// The promises that every transform makes, kept in one place: a picture whose bytes fit its size goes in, one of the same
// size comes out, and nothing begins after the signal.
import { PhotoGuardError } from '../errors.ts';
import { requireSameSize } from '../image/index.ts';
import { type Apply, stopIfAborted, type TransformContext } from './transform.ts';

/** `apply` with its promises checked. */
export const checked =
  <Context extends TransformContext>(apply: Apply<Context>): Apply<Context> =>
  async (pixels, context) => {
    stopIfAborted(context);
    const { width, height, data } = pixels;
    if (!(width >= 1 && height >= 1 && data.length === 3 * width * height))
      throw new PhotoGuardError('input', 'the pixels do not have the length that their size takes', {
        got: `${data.length} bytes for ${width}x${height}`,
      });
    const result = await apply(pixels, context);
    requireSameSize(result, pixels);
    return result;
  };
