// DDPM's ancestral sampling with the smaller variance (Ho et al. 2020, equations 6 and 7).
import { alphasCumprod, noisedBy } from './noise-table.ts';
import type { Scheduler } from './options.ts';
import { predictionRows } from './prediction.ts';
import { firstStep, roundHalfEven, spaced } from './spacing.ts';
import { combine, nameColumns } from './step.ts';

/** The smallest variance that is used. */
const LEAST = 1e-20;

/** diffusers' DDPMScheduler. */
export const ddpm: Scheduler = (config, { steps: n, strength }) => {
  const alphas = alphasCumprod(config);
  const timesteps = spaced(config, n).map(roundHalfEven);
  const { state, output, noise, zero } = nameColumns(1);
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
    const common = { timestep: t, inputScale: 1, drawsNoise: t > 0 };
    const { clipRange: range } = config;
    if (range !== undefined) {
      const clipped = { range, row: original, weights: [toOriginal], ofOriginal: 1 };
      return { ...common, matrix: [rest], original: zero, clipped };
    }
    return { ...common, matrix: [combine([toOriginal, original], [1, rest])], original };
  });
  return {
    timesteps,
    initNoiseSigma: 1,
    stateSize: 1,
    steps: all.slice(firstStep(n, strength)),
    noised: noisedBy(alphas, timesteps),
  };
};
