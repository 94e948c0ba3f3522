// Learning rates over a training: a linear warm-up, then half a cosine down to a share of the peak.

/** A schedule. Steps count from 0. */
export interface RateSchedule {
  /** The highest learning rate. */
  readonly peak: number;
  /** Steps over which the rate rises; the first step has peak / warmup. */
  readonly warmup: number;
  /** Steps of the whole training. */
  readonly steps: number;
  /** Share of the peak that is left at the end. Default: 0.01. */
  readonly floor?: number;
}

/** The learning rate of a step. */
export function cosineRate(step: number, { peak, warmup, steps, floor = 0.01 }: RateSchedule): number {
  const progress = Math.min(1, step / steps);
  const cosine = floor + ((1 - floor) * (1 + Math.cos(Math.PI * progress))) / 2;
  return peak * Math.min(1, (step + 1) / warmup) * cosine;
}
