// Means over photos with their 95% interval by the bootstrap (percentiles of the means of resampled photos; Efron and
// Tibshirani 1993). Photos are resampled, not edits: edits of one photo are similar, and treating them as independent
// would make intervals too narrow.
import { Random, STREAMS } from '../random.ts';
import type { Estimate } from '../report/index.ts';
import { kept } from './results.ts';

/** Number of resamples: enough for the interval's ends to be stable in the third digit. */
const RESAMPLES = 2000;

/**
 * The mean of one value per photo, and its 95% interval; undefined without a value. The same seed gives the same
 * interval.
 */
export function bootstrapMean(values: readonly number[], seed: number): Estimate | undefined {
  const n = values.length;
  if (n === 0) return undefined;
  const mean = values.reduce((a, b) => a + b, 0) / n;
  const random = new Random(seed, STREAMS.bootstrap);
  const means = new Float64Array(RESAMPLES);
  for (let r = 0; r < RESAMPLES; r++) {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += values[random.bits(r * n + i) % n]!;
    means[r] = sum / n;
  }
  means.sort();
  const at = (share: number): number => means[Math.round(share * (RESAMPLES - 1))]!;
  return { mean: kept(mean)!, low: kept(at(0.025))!, high: kept(at(0.975))! };
}
