// Gaussian noise, from the seed alone.
import { Random } from '../random.ts';
import { purifierKind } from './kind.ts';

/** `noise`. */
export const noise = purifierKind({
  about: 'Gaussian noise added',
  compared:
    'The first half of noise-and-denoise removers: chain it with a denoiser (noise:8 > median:3), or with upscale. ' +
    'Rounded to 8 bits and clipped.',
  needs: 'nothing',
  arguments: {
    sigma: { kind: 'number', about: 'standard deviation', default: 8, min: 0, max: 255, unit: 'levels of 255' },
  },
  make:
    ({ sigma }) =>
    async (pixels, { seed }) => {
      const drawn = new Random(seed, STREAM).normal(pixels.data.length);
      const data = pixels.data.map((v, i) => Math.min(Math.max(Math.floor(v + sigma * drawn[i]! + 0.5), 0), 255));
      return { ...pixels, data };
    },
});

const STREAM = 201;
