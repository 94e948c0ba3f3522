// Similarity of the 8-bit pairs: PSNR, SSIM, L-inf and L2. Distances between sets of features come with later work.
import { join } from 'node:path';
import { decodePhoto } from 'photoguard/image/node';
import { l2, linf255, psnr, ssim } from 'photoguard/metrics';
import type { GoldenArea } from '../area.ts';

/** Area `metrics`. */
export const metrics: GoldenArea = {
  name: 'metrics',
  async run({ folder, json }) {
    const { files, values } = json;
    if (!files?.reference || !files.distorted || !values) return { skipped: 'no runner yet' };
    const { pixels: reference } = await decodePhoto(join(folder, files.reference));
    const { pixels: distorted } = await decodePhoto(join(folder, files.distorted));
    const ours = {
      'output.psnr': psnr(reference, distorted),
      'output.ssim': ssim(reference, distorted),
      'output.linf_255': linf255(reference, distorted),
      'output.l2': l2(reference, distorted),
    };
    return Object.entries(ours).map(([name, value]) => {
      const expected = values[name];
      if (expected === undefined) throw new Error(`the case has no value ${name}`);
      // Everything here is exact up to float64 rounding: the file's own tolerances are for float32.
      return {
        name,
        error: value === expected ? 0 : Math.abs(value - expected) / Math.max(Math.abs(expected), 1e-12),
        tolerance: 1e-9,
      };
    });
  },
};
