// DPM-Solver++ in its multistep form, of order 1 to 3, and its SDE variant (Lu et al. 2022). The state is
// [latent, last predicted clean latent, the one before].
import type { SchedulerConfig } from './config.ts';
import type { Scheduler } from './options.ts';
import { predictionRows } from './prediction.ts';
import { findTimestep, karras, level, sigmaAt, sigmaTable } from './sigmas.ts';
import { firstStep, roundHalfEven, spacedForSolvers } from './spacing.ts';
import type { Row } from './step.ts';
import { combine, nameColumns } from './step.ts';

/** Runs of fewer steps than this end with lower orders. */
const FEW = 15;

/** diffusers' DPMSolverMultistepScheduler. */
export const dpmSolver: Scheduler = (config, { steps: n, strength }) => {
  const table = sigmaTable(config);
  const plain = spacedForSolvers(config, n);
  const chosen = config.useKarrasSigmas ? karras(table.at(-1)!, table[0]!, n) : plain.map((t) => sigmaAt(table, t));
  const at = (sigma: number): number => findTimestep(table, sigma);
  const isRounded = config.betaSchedule !== 'squaredcos_cap_v2';
  const timesteps = config.useKarrasSigmas ? chosen.map(isRounded ? (s) => roundHalfEven(at(s)) : at) : plain;
  const sigmas = [...chosen, 0];
  const from = firstStep(n, strength);
  const { state, output, noise, zero } = nameColumns(3);
  const steps = timesteps.slice(from).map((timestep, counter) => {
    const i = from + counter;
    const a = 1 / (sigmas[i]! ** 2 + 1);
    const [x, m1, m2] = state as [Row, Row, Row];
    const { original } = predictionRows(config.predictionType, a, x, output);
    const order = orderAt(config, i, n, counter);
    const sde = config.algorithmType === 'sde-dpmsolver++';
    return {
      timestep,
      inputScale: 1,
      matrix: [update(sigmas, i, order, x, [original, m1, m2], sde ? noise : zero, sde), original, m1],
      original,
      drawsNoise: sde,
    };
  });
  return {
    timesteps,
    sigmas,
    initNoiseSigma: 1,
    stateSize: 3,
    steps,
    noised: (i) => {
      const { alpha, sigma } = level(sigmas[i]!);
      return [alpha, sigma];
    },
  };
};

function orderAt({ solverOrder, lowerOrderFinal }: SchedulerConfig, i: number, n: number, counter: number): number {
  if (i === n - 1) return 1; // the last level is 0, where only the first order is defined
  const limit = lowerOrderFinal && n < FEW && i === n - 2 ? 2 : 3;
  return Math.min(solverOrder, counter + 1, limit);
}

// The update to level i + 1. Differences of previous predictions approximate derivatives by lambda.
function update(
  sigmas: readonly number[],
  i: number,
  order: number,
  x: Row,
  [m0, m1, m2]: readonly [Row, Row, Row],
  noise: Row,
  sde: boolean,
): Row {
  const [to, at] = [level(sigmas[i + 1]!), level(sigmas[i]!)];
  const h = to.lambda - at.lambda;
  const decay = Math.exp(-h); // 0 at the last step, where h is infinite
  const d0 = sde ? to.alpha * (1 - decay ** 2) : to.alpha * (1 - decay);
  const terms: [number, Row][] = [
    [(to.sigma / at.sigma) * (sde ? decay : 1), x],
    [d0, m0],
  ];
  if (sde) terms.push([to.sigma * Math.sqrt(1 - decay ** 2), noise]);
  if (order >= 2) {
    const r0 = (at.lambda - level(sigmas[i - 1]!).lambda) / h;
    const slope = combine([1 / r0, m0], [-1 / r0, m1]);
    if (order === 2) terms.push([d0 / 2, slope]);
    else {
      const r1 = (level(sigmas[i - 1]!).lambda - level(sigmas[i - 2]!).lambda) / h;
      const former = combine([1 / r1, m1], [-1 / r1, m2]);
      const bend = combine([1, slope], [-1, former]);
      // The SDE's terms are those of the ODE at twice the step, with diffusers' sign.
      const step = sde ? 2 * h : h;
      const fall = Math.expm1(-step); // e^-step - 1
      const second = fall / step + 1;
      const third = sde ? (-fall - step) / step ** 2 - 0.5 : -((fall + step) / step ** 2 - 0.5);
      terms.push([to.alpha * second, combine([1, slope], [r0 / (r0 + r1), bend])]);
      terms.push([to.alpha * third, combine([1 / (r0 + r1), bend])]);
    }
  }
  return combine(...terms);
}
