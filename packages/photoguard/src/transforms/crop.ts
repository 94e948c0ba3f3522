// The middle of the picture, at the whole picture's size. The content moves, so its edits are compared with edits of a
// photo that was cropped in the same way.
import { cropPixels, type Part, type Size } from '../image/index.ts';
import { transformKind } from './kind.ts';
import { FILTER, resizedTo } from './resize.ts';
import { cropPass, resizePass } from './separable.ts';

/** `crop`. */
export const crop = transformKind({
  about: 'cropped to the middle, then resized back to its size',
  compared:
    'The crop-and-resize of papers on removal (a tenth off), which EditShield and MetaCloak train against. Where they ' +
    'crop varies; here it is always the middle. The picture moves: compare its edits with those of a clean photo that ' +
    'was cropped alike.',
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
      const part = findMiddle(pixels, fraction);
      return part.width === pixels.width && part.height === pixels.height
        ? pixels
        : resizedTo(cropPixels(pixels, part), pixels, filter);
    },
  passes:
    ({ fraction, filter }) =>
    (size) => {
      const part = findMiddle(size, fraction);
      return [cropPass(size, part, part), resizePass(part, size, filter)];
    },
});

function findMiddle(size: Size, fraction: number): Part {
  const side = (length: number): number => Math.max(1, Math.round(length * (1 - fraction)));
  const [width, height] = [side(size.width), side(size.height)];
  return { width, height, left: (size.width - width) >> 1, top: (size.height - height) >> 1 };
}
