// How large a change is, in the figures of every report.
import type { Mask, Pixels8 } from '../image/index.ts';
import { flipOfPair, l2, linf255, psnr, ssimOfPhoto } from '../metrics/index.ts';
import { shareKept } from '../view/index.ts';

/** See the head of this file. */
export interface Change {
  /** Largest change, in levels of 255. */
  readonly linf255: number;
  /** L2 norm, values in [0, 1]. */
  readonly l2: number;
  /** dB. */
  readonly psnr: number;
  /** Of a large photo, the mean over tiles of it. */
  readonly ssim: number;
  /** Mean FLIP, 0 to 1: how visible the change is. Of a large photo, of a mosaic of it. */
  readonly flip: number;
}

/** Measures it. @param mask white is not changed, and does not count in FLIP's mean */
export const measureChange = (photo: Pixels8, result: Pixels8, mask?: Mask): Change => ({
  linf255: linf255(photo, result),
  l2: rounded(l2(photo, result), 4),
  psnr: rounded(psnr(photo, result), 3),
  ssim: rounded(ssimOfPhoto(photo, result), 5),
  flip: rounded(flipOfPair(photo, result) / shareKept(mask), 4),
});

/** A number with so many decimals, as in reports. */
export const rounded = (value: number, digits: number): number => Number(value.toFixed(digits));
