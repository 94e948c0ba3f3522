// PNDM without its Runge-Kutta warm-up (Liu et al. 2022; "PLMS"): up to four previous outputs are combined. The second
// timestep is run twice. The state is [latent, latent before the first step, last output, the one before, and before].
import type { SchedulerConfig } from './config.ts';
import { alphasCumprod, noisedBy } from './noise-table.ts';
import type { Scheduler } from './options.ts';
import { predictionRows } from './prediction.ts';
import { firstStep, roundHalfEven, spaced } from './spacing.ts';
import type { Row, SchedulerStep } from './step.ts';
import { combine, nameColumns } from './step.ts';

/** diffusers' PNDMScheduler with skip_prk_steps. */
export const pndm: Scheduler = (config, { steps: n, strength }) => {
  const alphas = alphasCumprod(config);
  const plain = spaced(config, n).map(roundHalfEven);
  const timesteps = plain.length > 1 ? [plain[0]!, plain[1]!, ...plain.slice(1)] : plain;
  const final = config.setAlphaToOne ? 1 : alphas[0]!;
  const ratio = Math.floor(config.trainTimesteps / n);
  const at = (t: number): number => (t >= 0 ? alphas[t]! : final);
  const run = timesteps.slice(firstStep(n, strength));
  const steps = run.map((told, counter): SchedulerStep => {
    const { state, output } = nameColumns(5);
    const [x, first, e1, e2, e3] = state as [Row, Row, Row, Row, Row];
    // The second call repeats the first step, with both outputs.
    const [t, next] = counter === 1 ? [told + ratio, told] : [told, told - ratio];
    const sample = counter === 1 ? first : x;
    const estimate = [
      output,
      combine([1 / 2, output], [1 / 2, e1]),
      combine([3 / 2, output], [-1 / 2, e1]),
      combine([23 / 12, output], [-16 / 12, e1], [5 / 12, e2]),
      combine([55 / 24, output], [-59 / 24, e1], [37 / 24, e2], [-9 / 24, e3]),
    ][Math.min(counter, 4)]!;
    const memory = counter === 1 ? [e1, e2, e3] : [output, e1, e2];
    const [a, b] = [at(t), at(next)];
    return {
      timestep: told,
      inputScale: 1,
      matrix: [transfer(config, a, b, sample, estimate), counter === 0 ? x : first, ...memory],
      original: predictionRows(config.predictionType, a, sample, estimate).original,
      drawsNoise: false,
    };
  });
  return {
    timesteps,
    initNoiseSigma: 1,
    stateSize: 5,
    steps,
    noised: noisedBy(alphas, timesteps),
  };
};

// Equation 9 of the paper; a and b are the cumulative products before and after.
function transfer({ predictionType }: SchedulerConfig, a: number, b: number, sample: Row, output: Row): Row {
  const epsilon =
    predictionType === 'v_prediction' ? combine([Math.sqrt(a), output], [Math.sqrt(1 - a), sample]) : output;
  const denominator = a * Math.sqrt(1 - b) + Math.sqrt(a * (1 - a) * b);
  return combine([Math.sqrt(b / a), sample], [-(b - a) / denominator, epsilon]);
}
