// The promises that every purifier makes, kept in one place: a picture whose bytes fit its size goes in, one of the same
// size comes out, and nothing begins after the signal.
import { PhotoGuardError } from '../errors.ts';
import { requireSameSize } from '../image/index.ts';
import { type Purify, stopIfAborted } from './purifier.ts';

/** `purify` with its promises checked. */
export const checked =
  (purify: Purify): Purify =>
  async (pixels, context) => {
    stopIfAborted(context);
    const { width, height, data } = pixels;
    if (!(width >= 1 && height >= 1 && data.length === 3 * width * height))
      throw new PhotoGuardError('input', 'the pixels do not have the length that their size takes', {
        got: `${data.length} bytes for ${width}x${height}`,
      });
    const result = await purify(pixels, context);
    requireSameSize(result, pixels);
    return result;
  };
