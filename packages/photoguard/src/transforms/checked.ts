// What every transform guarantees, in one place: the input's bytes match its size, the output has the same size, and
// nothing begins after the signal.
import { PhotoGuardError } from '../errors.ts';
import { requireSameSize } from '../image/index.ts';
import { type Apply, stopIfAborted, type TransformContext } from './transform.ts';

/** `apply` with these checks. */
export const checked =
  <Context extends TransformContext>(apply: Apply<Context>): Apply<Context> =>
  async (pixels, context) => {
    stopIfAborted(context);
    const { width, height, data } = pixels;
    if (!(width >= 1 && height >= 1 && data.length === 3 * width * height))
      throw new PhotoGuardError('input', 'the length of the pixels does not match their size', {
        got: `${data.length} bytes for ${width}x${height}`,
      });
    const result = await apply(pixels, context);
    requireSameSize(result, pixels);
    return result;
  };
