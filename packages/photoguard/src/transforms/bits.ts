// Fewer bits per channel: a perturbation smaller than half a step disappears, except near the boundary of a step.
import { transformKind } from './kind.ts';

/** `bits`. */
export const bits = transformKind({
  about: 'fewer bits a channel',
  compared: 'The bit-depth reduction of feature squeezing (Xu et al. 2018): round(x (2^n - 1)) / (2^n - 1).',
  arguments: { depth: { kind: 'integer', about: 'bits that are left', default: 5, min: 1, max: 8, unit: 'bits' } },
  make: ({ depth }) => {
    const steps = 2 ** depth - 1;
    const table = Uint8Array.from({ length: 256 }, (_, v) => Math.round((Math.round((v * steps) / 255) * 255) / steps));
    return async (pixels) => ({ ...pixels, data: pixels.data.map((v) => table[v]!) });
  },
});
