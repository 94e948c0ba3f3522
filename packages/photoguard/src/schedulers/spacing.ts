// Which training timesteps are run. "leading" is not one rule: multistep solvers step by N / (n + 1).
import { PhotoGuardError } from '../errors.ts';
import type { Spacing } from './config.ts';

/** Timesteps from the noisiest to the cleanest, n of N; linspace is not rounded. */
export function spaced(spacing: Spacing, n: number, total: number, offset: number): number[] {
  checkSteps(n, total);
  if (spacing === 'linspace')
    return Array.from({ length: n }, (_, i) => (n === 1 ? 0 : ((total - 1) * (n - 1 - i)) / (n - 1)));
  if (spacing === 'trailing') return trailing(n, total);
  const ratio = Math.floor(total / n);
  return Array.from({ length: n }, (_, i) => (n - 1 - i) * ratio + offset);
}

/** The same for DPM-Solver and UniPC. */
export function spacedForSolvers(spacing: Spacing, n: number, total: number, offset: number): number[] {
  checkSteps(n, total);
  if (spacing === 'trailing') return trailing(n, total);
  if (spacing === 'linspace') return Array.from({ length: n }, (_, i) => roundHalfEven(((total - 1) * (n - i)) / n));
  const ratio = Math.floor(total / (n + 1));
  return Array.from({ length: n }, (_, i) => (n - i) * ratio + offset);
}

const trailing = (n: number, total: number): number[] =>
  Array.from({ length: n }, (_, i) => roundHalfEven(total - (i * total) / n) - 1);

/** NumPy's rounding: halves to the even neighbour. */
export function roundHalfEven(x: number): number {
  const down = Math.floor(x);
  if (x - down !== 0.5) return Math.round(x);
  return down % 2 === 0 ? down : down + 1;
}

function checkSteps(n: number, total: number): void {
  if (!Number.isInteger(n) || n < 1 || n > total)
    throw new PhotoGuardError('input', `the number of steps is a whole number from 1 to ${total}`, { got: String(n) });
}

/** Where img2img begins: the first of the n timesteps that is run. Products are truncated as Python does. */
export function firstOf(n: number, strength: number): number {
  if (!(strength >= 0 && strength <= 1))
    throw new PhotoGuardError('input', 'strength is a number from 0 to 1', { got: String(strength) });
  return Math.max(n - Math.min(Math.trunc(n * strength), n), 0);
}
