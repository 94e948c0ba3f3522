// DDIM (Song et al. 2021, equation 12).
import type { SchedulerConfig } from './config.ts';
import { alphasCumprod, noisedBy } from './noise-table.ts';
import type { Scheduler } from './options.ts';
import { predictionRows } from './prediction.ts';
import { firstStep, roundHalfEven, spaced } from './spacing.ts';
import type { SchedulerStep } from './step.ts';
import { combine, nameColumns } from './step.ts';

/** diffusers' DDIMScheduler. */
export const ddim: Scheduler = (config, { steps: n, strength, eta }) => {
  const alphas = alphasCumprod(config);
  const timesteps = spaced(config, n).map(roundHalfEven);
  const final = config.setAlphaToOne ? 1 : alphas[0]!;
  const back = Math.floor(config.trainTimesteps / n);
  const stepAt = (t: number): SchedulerStep => {
    const previous = t - back;
    return step(config, t, alphas[t]!, previous >= 0 ? alphas[previous]! : final, eta);
  };
  return {
    timesteps,
    initNoiseSigma: 1,
    stateSize: 1,
    steps: timesteps.slice(firstStep(n, strength)).map(stepAt),
    noised: noisedBy(alphas, timesteps),
  };
};

function step(config: SchedulerConfig, timestep: number, a: number, next: number, eta: number): SchedulerStep {
  const { state, output, noise, zero } = nameColumns(1);
  const { original, epsilon } = predictionRows(config.predictionType, a, state[0]!, output);
  const variance = ((1 - next) / (1 - a)) * (1 - a / next);
  const deviation = eta * Math.sqrt(variance);
  const direction = combine([Math.sqrt(1 - next - deviation ** 2), epsilon], [deviation, noise]);
  const rest = { timestep, inputScale: 1, drawsNoise: eta > 0 };
  const weight = Math.sqrt(next);
  const { clipRange: range } = config;
  if (range !== undefined) {
    const clipped = { range, row: original, weights: [weight], ofOriginal: 1 };
    return { ...rest, matrix: [direction], original: zero, clipped };
  }
  return { ...rest, matrix: [combine([weight, original], [1, direction])], original };
}
