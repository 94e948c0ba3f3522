// Gaussian noise that depends only on the seed.
import { Random, STREAMS } from '../random.ts';
import { transformKind } from './kind.ts';

/** `noise`. */
export const noise = transformKind({
  about: 'Gaussian noise added',
  compared:
    'The first half of noise-and-denoise removers: chain it with a denoiser (noise:8 > median:3), or with upscale. ' +
    'Rounded to 8 bits and clipped.',
  arguments: {
    sigma: { kind: 'number', about: 'standard deviation', default: 8, min: 0, max: 255, unit: 'levels of 255' },
  },
  make:
    ({ sigma }) =>
    async (pixels, { seed }) => {
      const drawn = new Random(seed, STREAMS.addedNoise).normal(pixels.data.length);
      const data = pixels.data.map((v, i) => Math.min(Math.max(Math.floor(v + sigma * drawn[i]! + 0.5), 0), 255));
      return { ...pixels, data };
    },
  passes:
    ({ sigma }) =>
    ({ width, height }, seed) => {
      const drawn = new Random(seed, STREAMS.addedNoise).normal(3 * width * height);
      return [{ kind: 'affine', gain: 1, offset: planar(drawn).map((v) => (sigma * v) / 255) }];
    },
});

// Drawn in the order of interleaved bytes; floats are planar.
function planar(interleaved: Float32Array): Float32Array {
  const area = interleaved.length / 3;
  return interleaved.map((_, i) => interleaved[3 * (i % area) + Math.floor(i / area)]!);
}
