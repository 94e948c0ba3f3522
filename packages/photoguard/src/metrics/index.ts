/*
 * How much a photo changed, measured on 8-bit RGB as read back from the files; and how far two sets of pictures are
 * apart, by their features. All in float64, but for FLIP, which is in float32 in its reference too.
 */
export { rowCosines } from './cosine.ts';
export type { Features } from './features.ts';
export {
  FLIP_PIXELS_PER_DEGREE,
  type FlipMap,
  type FlipOptions,
  flip,
  flipAgainst,
  flipMap,
  flipOfPair,
  flipOfPhoto,
} from './flip.ts';
export { writeFlip } from './flip-graph.ts';
export { frechetDistance } from './frechet-distance.ts';
export { fsim, fsimc } from './fsim.ts';
export { gmsd } from './gmsd.ts';
export { type KernelDistanceOptions, kernelDistance } from './kernel-distance.ts';
export { cutPixels, cutPlanes, type Mosaic, makeMosaic } from './mosaic.ts';
export { msSsim, msSsimPiq } from './ms-ssim.ts';
export { measurePair, PAIR_METRICS, type PairMetric } from './pair-metrics.ts';
export { type Rgb8, requireComparable } from './picture.ts';
export { type PrecisionRecall, precisionRecall } from './precision-recall.ts';
export { l2, linf255, psnr } from './psnr.ts';
export { ssim, ssimOfPhoto, ssimPooled } from './ssim.ts';
export { vifp } from './vifp.ts';
