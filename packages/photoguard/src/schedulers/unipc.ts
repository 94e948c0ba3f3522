// UniPC with B(h) = e^h - 1, of order 1 and 2 (Zhao et al. 2023): each step first corrects the latent that the last one
// predicted, using the output for it, and then predicts the next. The state is [latent, corrected latent of the last
// step, its predicted clean latent, the one before].
import type { Scheduler } from './options.ts';
import { predictionRows } from './prediction.ts';
import { findTimestep, karras, level, sigmaAt, sigmaTable } from './sigmas.ts';
import { firstStep, roundHalfEven, spacedForSolvers } from './spacing.ts';
import type { Row } from './step.ts';
import { combine, nameColumns } from './step.ts';

/** diffusers' UniPCMultistepScheduler. */
export const uniPC: Scheduler = (config, { steps: n, strength }) => {
  const table = sigmaTable(config);
  const plain = spacedForSolvers(config, n);
  const chosen = config.useKarrasSigmas ? karras(table.at(-1)!, table[0]!, n) : plain.map((t) => sigmaAt(table, t));
  const timesteps = config.useKarrasSigmas ? chosen.map((sigma) => roundHalfEven(findTimestep(table, sigma))) : plain;
  const sigmas = [...chosen, 0];
  const from = firstStep(n, strength);
  // The last level is 0, where only the first order is defined.
  const orderAt = (i: number): number => Math.min(config.solverOrder, i - from + 1, n - i);
  const { state, output } = nameColumns(4);
  const [x, last, m0, m1] = state as [Row, Row, Row, Row];
  const steps = timesteps.slice(from).map((timestep, counter) => {
    const i = from + counter;
    const { original } = predictionRows(config.predictionType, 1 / (sigmas[i]! ** 2 + 1), x, output);
    const corrected = counter === 0 ? x : correct(sigmas, i, orderAt(i - 1), { last, m0, m1, original });
    const next = predict(sigmas, i, orderAt(i), { x: corrected, m0: original, m1: m0 });
    return { timestep, inputScale: 1, matrix: [next, corrected, original, m0], original, drawsNoise: false };
  });
  return {
    timesteps,
    sigmas,
    initNoiseSigma: 1,
    stateSize: 4,
    steps,
    noised: (i) => {
      const { alpha, sigma } = level(sigmas[i]!);
      return [alpha, sigma];
    },
  };
};

// What both halves share: the step from level i to i + 1, of length h in lambda; r is the distance to the prediction
// before, in steps of this length.
function geometry(sigmas: readonly number[], i: number) {
  const [to, at] = [level(sigmas[i + 1]!), level(sigmas[i]!)];
  const h = to.lambda - at.lambda;
  const r = i > 0 ? (level(sigmas[i - 1]!).lambda - at.lambda) / h : Number.NaN;
  return { ratio: to.sigma / at.sigma, alpha: to.alpha, h, b: Math.expm1(-h), r };
}

function predict(
  sigmas: readonly number[],
  i: number,
  order: number,
  { x, m0, m1 }: { x: Row; m0: Row; m1: Row },
): Row {
  const { ratio, alpha, b, r } = geometry(sigmas, i);
  const first = combine([ratio, x], [-alpha * b, m0]);
  return order === 1 ? first : combine([1, first], [(-alpha * b) / (2 * r), m1], [(alpha * b) / (2 * r), m0]);
}

// Levels here are those of the last step: from i - 1, where `last` was, to i.
function correct(
  sigmas: readonly number[],
  i: number,
  order: number,
  { last, m0, m1, original }: { last: Row; m0: Row; m1: Row; original: Row },
): Row {
  const { ratio, alpha, h, b, r } = geometry(sigmas, i - 1);
  const first = combine([ratio, last], [-alpha * b, m0]);
  const change = combine([1, original], [-1, m0]);
  if (order === 1) return combine([1, first], [(-alpha * b) / 2, change]);
  // Weights w of the two differences solve w0 + w1 = b1, r w0 + w1 = b2.
  const phi = b / -h - 1;
  const [b1, b2] = [phi / b, (2 * (phi / -h - 1 / 2)) / b];
  const w0 = (b1 - b2) / (1 - r);
  return combine([1, first], [(-alpha * b * w0) / r, m1], [(alpha * b * w0) / r, m0], [-alpha * b * (b1 - w0), change]);
}
