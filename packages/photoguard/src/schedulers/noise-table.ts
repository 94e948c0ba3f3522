// How much of the clean latent is left at each training timestep: cumulative products of 1 - beta. As in diffusers,
// these tables are in float32, since models were trained with them.
import type { SchedulerConfig } from './config.ts';

/** Cumulative products of 1 - beta, one per training timestep, in float32 steps. */
export function alphasCumprod(config: SchedulerConfig): Float32Array {
  const betas = config.rescaleBetasZeroSnr ? zeroTerminalSnr(makeBetas(config)) : makeBetas(config);
  let product = 1;
  return betas.map((beta) => {
    product = Math.fround(product * Math.fround(1 - beta));
    return product;
  });
}

/** [a, b] for each position: a clean latent noised to that timestep is a clean + b noise. After the last: [1, 0]. */
export const noisedBy =
  (alphas: Float32Array, timesteps: readonly number[]) =>
  (i: number): readonly [number, number] => {
    const a = timesteps[i] === undefined ? 1 : alphas[timesteps[i]]!;
    return [Math.sqrt(a), Math.sqrt(1 - a)];
  };

/** Noise added at each training timestep, as a share of the variance. */
export function makeBetas({ betaSchedule, betaStart, betaEnd, trainTimesteps: n }: SchedulerConfig): Float32Array {
  const between = (a: number, b: number, i: number): number => a + ((b - a) * i) / Math.max(1, n - 1);
  switch (betaSchedule) {
    case 'linear':
      return Float32Array.from({ length: n }, (_, i) => between(betaStart, betaEnd, i));
    case 'scaled_linear':
      return Float32Array.from(
        { length: n },
        (_, i) => Math.fround(between(Math.sqrt(betaStart), Math.sqrt(betaEnd), i)) ** 2,
      );
    case 'squaredcos_cap_v2': {
      const bar = (t: number): number => Math.cos(((t + 0.008) / 1.008) * (Math.PI / 2)) ** 2;
      return Float32Array.from({ length: n }, (_, i) => Math.min(1 - bar((i + 1) / n) / bar(i / n), 0.999));
    }
  }
}

// Shifted and scaled so that nothing of the clean latent is left at the last timestep (Lin et al. 2023, algorithm 1).
function zeroTerminalSnr(betas: Float32Array): Float32Array {
  let product = 1;
  const roots = betas.map((beta) => {
    product = Math.fround(product * Math.fround(1 - beta));
    return Math.sqrt(product);
  });
  const [first, last] = [roots[0]!, roots.at(-1)!];
  const bars = roots.map((root) => ((root - last) * first) / (first - last)).map((root) => root * root);
  return bars.map((bar, i) => 1 - (i === 0 ? bar : bar / bars[i - 1]!));
}
