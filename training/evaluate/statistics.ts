// Means with their uncertainty.
import { object } from 'photoguard/validate';
import * as z from 'zod/mini';

/** A mean and half the width of its 95% interval. */
export interface Estimate {
  readonly mean: number;
  readonly ci: number;
}

/** An estimate in a file. */
export const ESTIMATE: z.ZodMiniType<Estimate> = object({ mean: z.number('a number'), ci: z.number('a number') });

/** The mean of some numbers, at least two for an interval. */
export function estimate(values: readonly number[]): Estimate {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(n - 1, 1);
  return { mean: rounded(mean), ci: rounded(1.96 * Math.sqrt(variance / n)) };
}

/** Four decimals, the precision of figures. */
export const rounded = (value: number, digits = 4): number => Number(value.toFixed(digits));

/** Share of the values that a test holds for. */
export const measureShare = <T>(values: readonly T[], test: (value: T, i: number) => boolean): number =>
  rounded(values.filter(test).length / values.length, 3);
