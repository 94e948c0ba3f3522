/*
 * Kernel distance of two sets of features (Binkowski et al. 2018; KID with Inception's features): the squared maximum
 * mean discrepancy under the kernel (x.y / dimensions + 1)^3, by the unbiased estimate over the whole sets. Unlike the
 * Fréchet distance it does not depend on the number of rows, so it is suitable for few pictures. Libraries report the
 * mean over random subsets, which has the same expectation.
 *
 * torchmetrics counts the rows of the first set for both. For sets of the same size, the only ones that it uses itself,
 * that makes no difference; for others it is not an estimate of anything, and is here only for comparison.
 */
import { type Features, requireSets } from './features.ts';

/** Options of {@link kernelDistance}. */
export interface KernelDistanceOptions {
  /** Rows that means are taken over: each set's own (default), or the first set's, as torchmetrics' poly_mmd does. */
  readonly rows?: 'own' | 'first';
}

/**
 * Squared kernel distance; near 0 for sets from the same distribution, and then as often negative as positive.
 * @throws PhotoGuardError `input` for sets of different dimensions, of fewer than 2 rows, or with numbers not finite
 */
export function kernelDistance(a: Features, b: Features, { rows = 'own' }: KernelDistanceOptions = {}): number {
  requireSets(a, b, 2, 'the kernel distance');
  const [n, m] = [a.count, rows === 'own' ? b.count : a.count];
  return sumWithin(a) / (n * (n - 1)) + sumWithin(b) / (m * (m - 1)) - (2 * sumAcross(a, b)) / (n * m);
}

// Over all pairs of different rows, each counted both ways.
function sumWithin(set: Features): number {
  let sum = 0;
  for (let i = 1; i < set.count; i++) for (let j = 0; j < i; j++) sum += kernel(set, i, set, j);
  return 2 * sum;
}

function sumAcross(a: Features, b: Features): number {
  let sum = 0;
  for (let i = 0; i < a.count; i++) for (let j = 0; j < b.count; j++) sum += kernel(a, i, b, j);
  return sum;
}

function kernel(a: Features, i: number, b: Features, j: number): number {
  const { dimensions } = a;
  let dot = 0;
  for (let k = 0, p = i * dimensions, q = j * dimensions; k < dimensions; k++) dot += a.data[p + k]! * b.data[q + k]!;
  return (dot / dimensions + 1) ** 3;
}
