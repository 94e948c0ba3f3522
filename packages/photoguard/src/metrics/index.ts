/*
 * How much a photo changed: measured on 8-bit RGB, as read back from the file that was written.
 */
export type { Rgb8 } from './picture.ts';
export { l2, linf255, psnr } from './psnr.ts';
export { ssim } from './ssim.ts';
