// DDPM's ancestral sampling with the smaller variance (Ho et al. 2020, equations 6 and 7).
import { alphasCumprod } from './noise-table.ts';
import type { Scheduler } from './options.ts';
import { predictionRows } from './prediction.ts';
import { firstOf, roundHalfEven, spaced } from './spacing.ts';
import { columnsOf, combine } from './step.ts';

/** The least variance that is used. */
const LEAST = 1e-20;

/** diffusers' DDPMScheduler. */
export const ddpm: Scheduler = (config, { steps: n, strength = 1 }) => {
  const alphas = alphasCumprod(config);
  const spacing = config.spacing ?? 'leading';
  const offset = spacing === 'leading' ? config.stepsOffset : 0;
  const timesteps = spaced(spacing, n, config.trainTimesteps, offset).map(roundHalfEven);
  const { state, output, noise } = columnsOf(1);
  const all = timesteps.map((t, i) => {
    const a = alphas[t]!;
    const next = timesteps[i + 1] === undefined ? 1 : alphas[timesteps[i + 1]!]!;
    const kept = a / next;
    const { original } = predictionRows(config.predictionType, a, state[0]!, output);
    const variance = Math.max(((1 - next) / (1 - a)) * (1 - kept), LEAST);
    const toOriginal = (Math.sqrt(next) * (1 - kept)) / (1 - a);
    const rest = combine(
      [(Math.sqrt(kept) * (1 - next)) / (1 - a), state[0]!],
      [t > 0 ? Math.sqrt(variance) : 0, noise],
    );
    const common = { timestep: t, inputScale: 1, original, drawsNoise: t > 0 };
    if (config.clipRange !== undefined)
      return { ...common, matrix: [rest], clipped: { range: config.clipRange, weights: [toOriginal] } };
    return { ...common, matrix: [combine([toOriginal, original], [1, rest])] };
  });
  return {
    timesteps,
    initNoiseSigma: 1,
    stateSize: 1,
    steps: all.slice(firstOf(n, strength)),
    noised: (i) => [Math.sqrt(alphas[timesteps[i]!]!), Math.sqrt(1 - alphas[timesteps[i]!]!)],
  };
};
