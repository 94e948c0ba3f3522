// The middle of the picture, at the whole picture's size. What it shows moves, so its edits are compared with edits of
// a photo that was cropped alike.
import { purifierKind } from './kind.ts';
import { FILTER, resizedTo } from './resize.ts';
import { pixelsOf, sharpOf } from './with-sharp.ts';

/** `crop`. */
export const crop = purifierKind({
  about: 'cropped to the middle, then resized back to its size',
  compared:
    'The crop-and-resize of papers on removal (a tenth off), which EditShield and MetaCloak train against. Where they ' +
    'crop varies; here it is always the middle. The picture moves: compare its edits with those of a clean photo that ' +
    'was cropped alike.',
  needs: 'nothing',
  arguments: {
    fraction: {
      kind: 'number',
      about: 'of both sides that is cut off, half at each end',
      default: 0.1,
      min: 0,
      max: 0.9,
    },
    filter: FILTER,
  },
  make:
    ({ fraction, filter }) =>
    async (pixels) => {
      const side = (length: number): number => Math.max(1, Math.round(length * (1 - fraction)));
      const { width, height } = { width: side(pixels.width), height: side(pixels.height) };
      if (width === pixels.width && height === pixels.height) return pixels;
      const [left, top] = [(pixels.width - width) >> 1, (pixels.height - height) >> 1];
      const middle = await pixelsOf(sharpOf(pixels).extract({ left, top, width, height }));
      return resizedTo(middle, pixels, filter);
    },
});
