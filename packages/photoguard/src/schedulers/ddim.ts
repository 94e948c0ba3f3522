// DDIM (Song et al. 2021, equation 12).
import type { SchedulerConfig } from './config.ts';
import { alphasCumprod } from './noise-table.ts';
import type { Scheduler } from './options.ts';
import { predictionRows } from './prediction.ts';
import { firstOf, roundHalfEven, spaced } from './spacing.ts';
import type { SchedulerStep } from './step.ts';
import { columnsOf, combine } from './step.ts';

/** diffusers' DDIMScheduler. */
export const ddim: Scheduler = (config, { steps: n, strength = 1, eta = 0 }) => {
  const alphas = alphasCumprod(config);
  const spacing = config.spacing ?? 'leading';
  const offset = spacing === 'leading' ? config.stepsOffset : 0;
  const timesteps = spaced(spacing, n, config.trainTimesteps, offset).map(roundHalfEven);
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
    steps: timesteps.slice(firstOf(n, strength)).map(stepAt),
    noised: (i) => [Math.sqrt(alphas[timesteps[i]!]!), Math.sqrt(1 - alphas[timesteps[i]!]!)],
  };
};

function step(config: SchedulerConfig, timestep: number, a: number, next: number, eta: number): SchedulerStep {
  const { state, output, noise } = columnsOf(1);
  const { original, epsilon } = predictionRows(config.predictionType, a, state[0]!, output);
  const variance = ((1 - next) / (1 - a)) * (1 - a / next);
  const deviation = eta * Math.sqrt(variance);
  const direction = combine([Math.sqrt(1 - next - deviation ** 2), epsilon], [deviation, noise]);
  const rest = { timestep, inputScale: 1, original, drawsNoise: eta > 0 };
  const { clipRange } = config;
  if (clipRange !== undefined)
    return { ...rest, matrix: [direction], clipped: { range: clipRange, weights: [Math.sqrt(next)] } };
  return { ...rest, matrix: [combine([Math.sqrt(next), original], [1, direction])] };
}
