// Numbers for people: as many digits as are meaningful, and the interval next to the mean.

/** A mean with its 95% interval. */
export interface Estimate {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/** `0.731`; a dash if there is no number. */
export const fixed = (value: number | null | undefined, digits = 3): string =>
  value === null || value === undefined || !Number.isFinite(value)
    ? '–'
    : value.toFixed(digits).replace(/^-(0\.?0*)$/, '$1');

/** `0.731 [0.702, 0.758]`; a dash if there is no number. */
export const withInterval = (estimate: Estimate | null | undefined, digits = 3): string =>
  estimate && Number.isFinite(estimate.mean)
    ? `${fixed(estimate.mean, digits)} [${fixed(estimate.low, digits)}, ${fixed(estimate.high, digits)}]`
    : '–';
