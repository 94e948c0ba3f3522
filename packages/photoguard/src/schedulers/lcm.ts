// Latent consistency models (Luo et al. 2023): each step jumps to the clean latent and noises it again.
import { alphasCumprod } from './noise-table.ts';
import type { Scheduler } from './options.ts';
import { predictionRows } from './prediction.ts';
import { firstOf } from './spacing.ts';
import { columnsOf, combine } from './step.ts';

const SIGMA_DATA = 0.5;

/** diffusers' LCMScheduler. */
export const lcm: Scheduler = (config, { steps: n, strength = 1 }) => {
  const alphas = alphasCumprod(config);
  const { originalInferenceSteps: m, timestepScaling } = config;
  const every = Math.floor(config.trainTimesteps / m);
  const origin = Array.from({ length: m }, (_, i) => (m - i) * every - 1);
  const timesteps = Array.from({ length: n }, (_, i) => origin[Math.floor((i * m) / n)]!);
  const final = config.setAlphaToOne ? 1 : alphas[0]!;
  const { state, output, noise } = columnsOf(1);
  const all = timesteps.map((t, i) => {
    const next = timesteps[i + 1];
    const b = next === undefined ? final : alphas[next]!;
    const { original } = predictionRows(config.predictionType, alphas[t]!, state[0]!, output);
    const scaled = t * timestepScaling;
    const skip = SIGMA_DATA ** 2 / (scaled ** 2 + SIGMA_DATA ** 2);
    const out = scaled / Math.sqrt(scaled ** 2 + SIGMA_DATA ** 2);
    const denoised = combine([out, original], [skip, state[0]!]);
    const last = next === undefined;
    return {
      timestep: t,
      inputScale: 1,
      matrix: [last ? denoised : combine([Math.sqrt(b), denoised], [Math.sqrt(1 - b), noise])],
      original: denoised,
      drawsNoise: !last,
    };
  });
  return {
    timesteps,
    initNoiseSigma: 1,
    stateSize: 1,
    steps: all.slice(firstOf(n, strength)),
    noised: (i) => [Math.sqrt(alphas[timesteps[i]!]!), Math.sqrt(1 - alphas[timesteps[i]!]!)],
  };
};
