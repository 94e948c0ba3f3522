// Smooths areas and keeps edges.
import { bilateralFilter } from './bilateral-filter.ts';
import { fromFloats, inFloats } from './floats.ts';
import { purifierKind } from './kind.ts';

/** `bilateral`. */
export const bilateral = purifierKind({
  about: 'smooth areas are smoothed, edges are kept',
  compared: "OpenCV's bilateralFilter, once. AdverseCleaner repeats a weaker one 64 times: that is `guided`.",
  arguments: {
    color: {
      kind: 'number',
      about: 'standard deviation in colour',
      default: 40,
      min: 0.1,
      max: 1000,
      unit: 'levels of 255',
    },
    space: { kind: 'number', about: 'standard deviation in space', default: 3, min: 0.1, max: 100, unit: 'pixels' },
    diameter: {
      kind: 'integer',
      about: 'of the disc around a pixel',
      default: 9,
      min: 3,
      max: 63,
      unit: 'pixels',
      odd: true,
    },
  },
  make: (options) => async (pixels) => fromFloats(bilateralFilter(pixels, options)(inFloats(pixels)), pixels),
});
