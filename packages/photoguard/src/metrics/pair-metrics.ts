/*
 * The metrics of a pair of pictures, by their field names in results, with what a reader needs to know: the usual name,
 * the unit, and which direction is better. One list for tables, plots and the command.
 */
import { flip } from './flip.ts';
import { featureSimilarity, fsim, fsimc } from './fsim.ts';
import { gmsd } from './gmsd.ts';
import { msSsim } from './ms-ssim.ts';
import type { Rgb8 } from './picture.ts';
import { l2, linf255, psnr } from './psnr.ts';
import { ssim, ssimPooled } from './ssim.ts';
import { vifp } from './vifp.ts';

/** A metric of two pictures of one size. */
export interface PairMetric {
  /** The usual name in papers. */
  readonly name: string;
  /** Absent if it has none. */
  readonly unit?: string;
  /** Whether more alike is higher or lower. */
  readonly better: 'higher' | 'lower';
  /** NaN where a picture is too small for it. @throws PhotoGuardError `input` for pictures of different size */
  readonly of: (reference: Rgb8, distorted: Rgb8) => number;
}

/** All metrics of pairs, by field name. */
export const PAIR_METRICS: Readonly<Record<string, PairMetric>> = {
  psnr: { name: 'PSNR', unit: 'dB', better: 'higher', of: psnr },
  ssim: { name: 'SSIM', better: 'higher', of: ssim },
  ssimPooled: { name: 'SSIM, pooled as by piq', better: 'higher', of: ssimPooled },
  msSsim: { name: 'MS-SSIM', better: 'higher', of: msSsim },
  vifp: { name: 'VIFp', better: 'higher', of: vifp },
  fsim: { name: 'FSIM', better: 'higher', of: fsim },
  fsimc: { name: 'FSIMc', better: 'higher', of: fsimc },
  gmsd: { name: 'GMSD', better: 'lower', of: gmsd },
  flip: { name: 'FLIP', better: 'lower', of: flip },
  linf255: { name: 'L-inf', unit: 'levels of 255', better: 'lower', of: linf255 },
  l2: { name: 'L2', unit: 'of values in [0, 1]', better: 'lower', of: l2 },
};

/**
 * Metrics of a pair, by field name. Faster than one after the other, since FSIM and FSIMc share their work.
 * @param fields names of {@link PAIR_METRICS}; default: all
 * @throws PhotoGuardError `input` for pictures of different size
 */
export function measurePair(
  reference: Rgb8,
  distorted: Rgb8,
  fields: readonly string[] = Object.keys(PAIR_METRICS),
): Record<string, number> {
  const shared: Record<string, number> = fields.some((field) => field.startsWith('fsim'))
    ? featureSimilarity(reference, distorted)
    : {};
  return Object.fromEntries(
    fields.map((field) => [field, shared[field] ?? PAIR_METRICS[field]!.of(reference, distorted)]),
  );
}
