// Noise levels: sigma = sqrt((1 - a) / a), the size of the noise relative to the clean latent.

import type { SchedulerConfig } from './config.ts';
import { alphasCumprod } from './noise-table.ts';

/**
 * Share of the clean latent that diffusers leaves at the last timestep of a zero-SNR table, so that its level is
 * finite.
 */
const LEAST_ALPHA = 2 ** -24;

/** Noise level of each training timestep. */
export function sigmaTable(config: SchedulerConfig): number[] {
  const alphas = alphasCumprod(config);
  if (config.rescaleBetasZeroSnr) alphas[alphas.length - 1] = LEAST_ALPHA;
  return Array.from(alphas, (a) => Math.sqrt((1 - a) / a));
}

/** The level at a timestep that may lie between two of the table. */
export function sigmaAt(table: readonly number[], t: number): number {
  const low = Math.min(Math.floor(t), table.length - 1);
  const high = Math.min(low + 1, table.length - 1);
  return table[low]! + (t - low) * (table[high]! - table[low]!);
}

/** A noise level in DPM-Solver's terms: x = alpha x0 + sigma noise, and lambda = log(alpha / sigma). */
export function level(sigma: number): { readonly alpha: number; readonly sigma: number; readonly lambda: number } {
  const alpha = 1 / Math.sqrt(sigma ** 2 + 1);
  return { alpha, sigma: sigma * alpha, lambda: -Math.log(sigma) };
}

/** n levels from highest to lowest, close together where they are low (Karras et al. 2022, equation 5, rho = 7). */
export function karras(highest: number, lowest: number, n: number): number[] {
  const rho = 7;
  const [max, min] = [highest ** (1 / rho), lowest ** (1 / rho)];
  return Array.from({ length: n }, (_, i) => (max + (i / Math.max(1, n - 1)) * (min - max)) ** rho);
}

/** The timestep, a fraction, at which the table has a level: linear in the logarithm. */
export function findTimestep(table: readonly number[], sigma: number): number {
  const log = Math.log(Math.max(sigma, 1e-10));
  let low = table.findLastIndex((level) => Math.log(level) <= log);
  low = Math.min(Math.max(low, 0), table.length - 2);
  const [below, above] = [Math.log(table[low]!), Math.log(table[low + 1]!)];
  const share = Math.min(Math.max((below - log) / (below - above), 0), 1);
  return (1 - share) * low + share * (low + 1);
}
