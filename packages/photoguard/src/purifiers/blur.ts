// Gaussian blur.
import { applySeparable, toImage01, toPixels8 } from '../image/index.ts';
import { blurInGraph } from './differentiable/blur.ts';
import { gaussianMatrix } from './gaussian.ts';
import { purifierKind } from './kind.ts';

/** `blur`. */
export const blur = purifierKind({
  about: 'blurred by a Gaussian',
  compared:
    "The blur of papers on removal: torchvision's gaussian_blur (reflecting edges; golden image/gaussian-blur) with a " +
    'kernel that reaches to four sigma, where torchvision is told the length of its kernel.',
  needs: 'nothing',
  arguments: { sigma: { kind: 'number', about: 'of the Gaussian', default: 1, min: 0.1, max: 100, unit: 'pixels' } },
  make:
    ({ sigma }) =>
    async (pixels) => {
      const radius = Math.ceil(4 * sigma);
      const along = gaussianMatrix(pixels.width, radius, sigma);
      const down = gaussianMatrix(pixels.height, radius, sigma);
      const image = toImage01(pixels);
      return toPixels8({ ...image, data: applySeparable(image.data, image, 3, along, down) });
    },
  inGraph:
    ({ sigma }) =>
    (g, image) =>
      blurInGraph(g, image, sigma),
});
