// Gaussian blur.
import { applySeparable, toImage01, toPixels8 } from '../image/index.ts';
import { transformKind } from './kind.ts';
import { blurPass } from './separable.ts';

/** `blur`. */
export const blur = transformKind({
  about: 'blurred by a Gaussian',
  compared:
    "The blur of papers on removal: torchvision's gaussian_blur (reflecting edges; golden image/gaussian-blur) with a " +
    'kernel that reaches to four sigma, where torchvision is told the length of its kernel.',
  arguments: { sigma: { kind: 'number', about: 'of the Gaussian', default: 1, min: 0.1, max: 100, unit: 'pixels' } },
  make:
    ({ sigma }) =>
    async (pixels) => {
      const { along, down } = blurPass(pixels, sigma, reach(sigma));
      const image = toImage01(pixels);
      return toPixels8({ ...image, data: applySeparable(image.data, image, 3, along, down) });
    },
  passes:
    ({ sigma }) =>
    (size) => [blurPass(size, sigma, reach(sigma))],
});

const reach = (sigma: number): number => Math.ceil(4 * sigma);
