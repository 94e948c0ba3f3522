// Which training timesteps are run. "leading" has two meanings: multistep solvers step by N / (n + 1).
import type { SchedulerConfig } from './config.ts';

/** Timesteps from the noisiest to the cleanest, n of N; linspace is not rounded. Order of operations as NumPy's. */
export function spaced({ spacing, trainTimesteps: total, stepsOffset }: SchedulerConfig, n: number): number[] {
  if (spacing === 'linspace') return linspace(total - 1, n - 1).slice(0, n);
  if (spacing === 'trailing') return trailing(n, total);
  const ratio = Math.floor(total / n);
  return Array.from({ length: n }, (_, i) => (n - 1 - i) * ratio + stepsOffset);
}

/** The same for DPM-Solver and UniPC. */
export function spacedForSolvers(
  { spacing, trainTimesteps: total, stepsOffset }: SchedulerConfig,
  n: number,
): number[] {
  if (spacing === 'trailing') return trailing(n, total);
  if (spacing === 'linspace')
    return linspace(total - 1, n)
      .slice(0, n)
      .map(roundHalfEven);
  const ratio = Math.floor(total / (n + 1));
  return Array.from({ length: n }, (_, i) => (n - i) * ratio + stepsOffset);
}

// From the highest down to 0 in `steps` equal steps; a single value is 0.
function linspace(highest: number, steps: number): number[] {
  if (steps === 0) return [0];
  const step = highest / steps;
  return Array.from({ length: steps + 1 }, (_, i) => (i === 0 ? highest : (steps - i) * step));
}

function trailing(n: number, total: number): number[] {
  const step = total - total / n - total;
  return Array.from({ length: n }, (_, i) => roundHalfEven(total + i * step) - 1);
}

/** NumPy's rounding: halves to the even neighbour. */
export function roundHalfEven(x: number): number {
  const down = Math.floor(x);
  if (x - down !== 0.5) return Math.round(x);
  return down % 2 === 0 ? down : down + 1;
}

/** Where img2img begins: index of the first of n timesteps that is run. Products are truncated as Python does. */
export function firstStep(n: number, strength: number): number {
  return Math.max(n - Math.min(Math.trunc(n * strength), n), 0);
}
