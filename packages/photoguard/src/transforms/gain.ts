// Contrast and brightness: what a filter app or a scanner does to the tone.
import { transformKind } from './kind.ts';

/** `gain`. */
export const gain = transformKind({
  about: 'contrast changed about mid grey, and brightness',
  compared: 'An everyday operation. Rounded to 8 bits and clipped.',
  arguments: {
    factor: { kind: 'number', about: 'of the distance to mid grey', default: 0.9, min: 0, max: 10 },
    offset: { kind: 'number', about: 'added after it', default: 0, min: -255, max: 255, unit: 'levels of 255' },
  },
  make: ({ factor, offset }) => {
    const table = Uint8ClampedArray.from({ length: 256 }, (_, v) => Math.floor(factor * (v - 127.5) + 128 + offset));
    return async (pixels) => ({ ...pixels, data: pixels.data.map((v) => table[v]!) });
  },
  passes:
    ({ factor, offset }) =>
    () => [{ kind: 'affine', gain: factor, offset: 0.5 * (1 - factor) + offset / 255 }],
});
