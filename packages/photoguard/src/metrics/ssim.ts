/*
 * Structural similarity of pictures: computed per channel, mean over channels and windows. Without pooling it is
 * scikit-image with gaussian_weights=True and use_sample_covariance=False, and piq with downsample=False. piq's default
 * is a different quantity from 384 pixels on, so it has its own name.
 */
import { cutPixels, mosaicOfLarge, type Tile, tilesOf } from './mosaic.ts';
import { type Rgb8, requireComparable } from './picture.ts';
import { piqPooling, type Weights, weighChannels } from './plane.ts';
import { similarity, WINDOW } from './ssim-windows.ts';

/** The channels of a picture, one at a time, as weights of {@link weighChannels}. */
export const CHANNELS: readonly Weights[] = [
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
];

/** Mean structural similarity, 1 for equal pictures. NaN when a side is shorter than the window, 11 pixels. */
export function ssim(reference: Rgb8, distorted: Rgb8): number {
  requireComparable(reference, distorted);
  const { width, height } = reference;
  if (width < WINDOW || height < WINDOW) return Number.NaN;
  return ssimOfPart(reference, distorted, { left: 0, top: 0, width, height });
}

/** The same of a photo of any size: of a large one, the mean over tiles of it, a megapixel together. */
export function ssimOfPhoto(reference: Rgb8, distorted: Rgb8): number {
  requireComparable(reference, distorted);
  const mosaic = mosaicOfLarge(reference);
  if (!mosaic) return ssim(reference, distorted);
  const [a, b] = [cutPixels(mosaic, reference), cutPixels(mosaic, distorted)];
  const tiles = tilesOf(mosaic);
  return tiles.reduce((sum, tile) => sum + ssimOfPart(a, b, tile), 0) / tiles.length;
}

function ssimOfPart(reference: Rgb8, distorted: Rgb8, { left, top, width, height }: Tile): number {
  const [p, q] = [reference.data, distorted.data];
  let sum = 0;
  for (let channel = 0; channel < 3; channel++) {
    sum += similarity(width, height, (y, a, b) => {
      for (let x = 0, i = 3 * ((top + y) * reference.width + left) + channel; x < width; x++, i += 3) {
        a[x] = p[i]!;
        b[x] = q[i]!;
      }
    }).ssim;
  }
  return sum / 3;
}

/** The same after average pooling by round(shorter side / 256), the default of `piq.ssim`. NaN like {@link ssim}. */
export function ssimPooled(reference: Rgb8, distorted: Rgb8): number {
  requireComparable(reference, distorted);
  const pool = piqPooling(reference);
  if (pool === 1) return ssim(reference, distorted);
  let sum = 0;
  for (const weights of CHANNELS) {
    const [p, q] = [weighChannels(reference, weights, { pool }), weighChannels(distorted, weights, { pool })];
    if (p.width < WINDOW || p.height < WINDOW) return Number.NaN;
    sum += similarity(p.width, p.height, (y, a, b) => {
      a.set(p.data.subarray(y * p.width, (y + 1) * p.width));
      b.set(q.data.subarray(y * p.width, (y + 1) * p.width));
    }).ssim;
  }
  return sum / 3;
}
