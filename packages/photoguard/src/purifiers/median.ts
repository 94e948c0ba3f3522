// The median of a square around each pixel, channel by channel.
import { PhotoGuardError } from '../errors.ts';
import { purifierKind } from './kind.ts';
import { pixelsOf, sharpOf } from './with-sharp.ts';

/** `median`. */
export const median = purifierKind({
  about: 'the median of a square around each pixel, in each channel',
  compared: 'The median smoothing of feature squeezing (Xu et al. 2018). sharp does it.',
  needs: 'nothing',
  arguments: {
    side: { kind: 'integer', about: 'of the square', default: 3, min: 1, max: 31, unit: 'pixels', odd: true },
  },
  make:
    ({ side }) =>
    async (pixels) => {
      if (side === 1) return pixels;
      if (side > Math.min(pixels.width, pixels.height))
        throw new PhotoGuardError('input', `a median over ${side} pixels needs a picture of that size`, {
          got: `${pixels.width}x${pixels.height}`,
        });
      return pixelsOf(sharpOf(pixels).median(side));
    },
});
