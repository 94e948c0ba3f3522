// The rules that turn figures into outcomes. They are few and described in docs/audit.md, and every report contains
// their thresholds, so that anybody can apply them again.

import { OTHER_PHOTO } from '../protection/index.ts';

/** Thresholds of the rules. */
export interface Thresholds {
  /** Least advantage over noise that counts, as a share of the way. */
  readonly leastAdvantage: number;
  /** Least advantage in standard deviations of the noise draws. */
  readonly spreads: number;
  /** Share of the advantage without a purifier that must be left for the protection to hold. */
  readonly keptShare: number;
  /** Least difference in SSIM, noise against immunized, that counts as a disturbed edit. */
  readonly leastSsim: number;
  /** Ratio of the photo's side to the model's from which the model's view is called coarse. */
  readonly coarse: number;
  /** Difference in coarse cells, levels of 255, from which the given original counts as another photo. */
  readonly otherPhoto: number;
}

/** The thresholds of this version. */
export const THRESHOLDS: Thresholds = {
  leastAdvantage: 0.05,
  spreads: 3,
  keptShare: 0.5,
  leastSsim: 0.05,
  coarse: 2,
  otherPhoto: OTHER_PHOTO,
};

/**
 * The outcome for a protection. Without a purifier: `protected` or `unprotected`. After one: `holds`, `weakened`
 * (beyond noise, but less than half is left), `lost` (not beyond noise), or `unprotected` if there was none to lose.
 */
export type Outcome = 'protected' | 'unprotected' | 'holds' | 'weakened' | 'lost';

/** Advantage over noise, with the spread of the noise. */
export interface Advantage {
  readonly advantage: number;
  readonly noiseSpread: number;
}

/** Whether an advantage counts. */
export const isBeyondNoise = ({ advantage, noiseSpread }: Advantage, thresholds: Thresholds): boolean =>
  advantage >= Math.max(thresholds.leastAdvantage, thresholds.spreads * noiseSpread);

/** The outcome without a purifier. */
export const plainOutcome = (found: Advantage, thresholds: Thresholds): Outcome =>
  isBeyondNoise(found, thresholds) ? 'protected' : 'unprotected';

/** The outcome after a purifier, given the one without. */
export function purifiedOutcome(found: Advantage, plain: Advantage, thresholds: Thresholds): Outcome {
  if (!isBeyondNoise(plain, thresholds)) return 'unprotected';
  if (!isBeyondNoise(found, thresholds)) return 'lost';
  return found.advantage >= thresholds.keptShare * plain.advantage ? 'holds' : 'weakened';
}

/** Edits are disturbed if, with every seed, they are less like those of the clean photo than with noise. */
export function editsOutcome(
  seeds: readonly { readonly immunized: number; readonly noise: number }[],
  { leastSsim }: Thresholds,
): 'disturbed' | 'not disturbed' {
  const differences = seeds.map(({ immunized, noise }) => noise - immunized);
  const isDisturbed = differences.every((d) => d > 0) && mean(differences) >= leastSsim;
  return isDisturbed ? 'disturbed' : 'not disturbed';
}

/** Mean of some numbers. */
export const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

/** Standard deviation of a sample (n - 1); 0 of a single number. */
export function deviation(values: readonly number[]): number {
  if (values.length < 2) return 0;
  const m = mean(values);
  return Math.sqrt(values.reduce((sum, v) => sum + (v - m) ** 2, 0) / (values.length - 1));
}
