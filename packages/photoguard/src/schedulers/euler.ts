// Euler's method on the probability flow, and its ancestral form (Karras et al. 2022, algorithm 2 without churn).
import type { SchedulerConfig } from './config.ts';
import type { ScheduleOptions, Scheduler } from './options.ts';
import { findTimestep, karras, sigmaAt, sigmaTable } from './sigmas.ts';
import { firstStep, spaced } from './spacing.ts';
import type { Row, Schedule } from './step.ts';
import { combine, nameColumns } from './step.ts';

/** diffusers' EulerDiscreteScheduler. */
export const euler: Scheduler = (config, options) => schedule(config, options, false);

/** diffusers' EulerAncestralDiscreteScheduler. */
export const eulerAncestral: Scheduler = (config, options) => schedule(config, options, true);

function schedule(
  config: SchedulerConfig,
  { steps: n, strength }: Required<ScheduleOptions>,
  ancestral: boolean,
): Schedule {
  const table = sigmaTable(config);
  const plain = spaced(config, n);
  const levels = plain.map((t) => sigmaAt(table, t));
  const chosen = config.useKarrasSigmas ? karras(levels[0]!, levels.at(-1)!, n) : levels;
  const timesteps = config.useKarrasSigmas ? chosen.map((sigma) => findTimestep(table, sigma)) : plain;
  const sigmas = [...chosen, 0];
  const { state, output, noise } = nameColumns(1);
  const x = state[0]!;
  const all = timesteps.map((timestep, i) => {
    const [from, to] = [sigmas[i]!, sigmas[i + 1]!];
    const original = originalRow(config, from, x, output);
    const up = ancestral ? Math.sqrt((to ** 2 * (from ** 2 - to ** 2)) / from ** 2) : 0;
    const down = Math.sqrt(to ** 2 - up ** 2);
    const slope = combine([1 / from, x], [-1 / from, original]);
    return {
      timestep,
      inputScale: 1 / Math.sqrt(from ** 2 + 1),
      matrix: [combine([1, x], [down - from, slope], [up, noise])],
      original,
      drawsNoise: ancestral,
    };
  });
  const highest = Math.max(...sigmas);
  return {
    timesteps,
    sigmas,
    initNoiseSigma: config.spacing === 'leading' ? Math.sqrt(highest ** 2 + 1) : highest,
    stateSize: 1,
    steps: all.slice(firstStep(n, strength)),
    noised: (i) => [1, sigmas[i]!],
  };
}

// The clean latent of x = x0 + sigma epsilon.
function originalRow({ predictionType }: SchedulerConfig, sigma: number, x: Row, output: Row): Row {
  const total = sigma ** 2 + 1;
  if (predictionType === 'sample') return output;
  if (predictionType === 'v_prediction') return combine([1 / total, x], [-sigma / Math.sqrt(total), output]);
  return combine([1, x], [-sigma, output]);
}
