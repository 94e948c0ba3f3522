// Latent consistency models (Luo et al. 2023): each step jumps to the clean latent and noises it again.
import { PhotoGuardError } from '../errors.ts';
import { alphasCumprod, noisedBy } from './noise-table.ts';
import type { Scheduler } from './options.ts';
import { predictionRows } from './prediction.ts';
import { firstStep } from './spacing.ts';
import { combine, nameColumns } from './step.ts';

const SIGMA_DATA = 0.5;

/** diffusers' LCMScheduler. */
export const lcm: Scheduler = (config, { steps: n, strength }) => {
  const alphas = alphasCumprod(config);
  const { originalInferenceSteps: m, timestepScaling } = config;
  if (n > m)
    throw new PhotoGuardError('input', `LCM allows at most original_inference_steps (${m}) steps`, { got: String(n) });
  const every = Math.floor(config.trainTimesteps / m);
  const origin = Array.from({ length: m }, (_, i) => (m - i) * every - 1);
  const timesteps = Array.from({ length: n }, (_, i) => origin[Math.floor(i * (m / n))]!);
  const { state, output, noise, zero } = nameColumns(1);
  const all = timesteps.map((t, i) => {
    const next = timesteps[i + 1];
    const last = next === undefined;
    const [kept, fresh] = last ? [1, 0] : [Math.sqrt(alphas[next]!), Math.sqrt(1 - alphas[next]!)];
    const { original } = predictionRows(config.predictionType, alphas[t]!, state[0]!, output);
    const scaled = t * timestepScaling;
    const skip = SIGMA_DATA ** 2 / (scaled ** 2 + SIGMA_DATA ** 2);
    const out = scaled / Math.sqrt(scaled ** 2 + SIGMA_DATA ** 2);
    const { clipRange: range } = config;
    const clipped = range === undefined ? undefined : { range, row: original, weights: [kept * out], ofOriginal: out };
    const denoised = combine([skip, state[0]!], [1, clipped ? zero : combine([out, original])]);
    return {
      timestep: t,
      inputScale: 1,
      matrix: [combine([kept, denoised], [fresh, noise])],
      original: denoised,
      drawsNoise: !last,
      clipped,
    };
  });
  return {
    timesteps,
    initNoiseSigma: 1,
    stateSize: 1,
    steps: all.slice(firstStep(n, strength)),
    noised: noisedBy(alphas, timesteps),
  };
};
