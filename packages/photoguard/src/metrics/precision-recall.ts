/*
 * How much two sets of features overlap, measured with balls around each feature that reach to its k-th neighbour in
 * its own set. Precision and recall (Kynkaanniemi et al. 2019): the share of generated features inside some real ball,
 * and of real ones inside some generated ball. Density and coverage (Naeem et al. 2020), which are less sensitive to
 * outliers: how many real balls hold a generated feature, by k, and the share of real balls that hold any. All as the
 * package prdc counts them.
 */
import { type Features, requireSets } from './features.ts';

/** Shares in [0, 1], except density, which may exceed 1. All are about 1 for sets from the same distribution. */
export interface PrecisionRecall {
  readonly precision: number;
  readonly recall: number;
  readonly density: number;
  readonly coverage: number;
}

/**
 * Precision, recall, density and coverage of a generated set; `k` is 5 in prdc and piq.
 * @throws PhotoGuardError `input` for sets of different dimensions, of at most k rows, or with numbers not finite
 */
export function precisionRecall(real: Features, fake: Features, k = 5): PrecisionRecall {
  requireSets(real, fake, k + 1, `precision and recall with k = ${k}`);
  const [realRadii, fakeRadii] = [squaredRadii(real, k), squaredRadii(fake, k)];
  const balls = new Uint32Array(fake.count); // real balls that hold each generated feature
  let recalled = 0;
  let covered = 0;
  for (let i = 0; i < real.count; i++) {
    let nearest = Number.POSITIVE_INFINITY;
    let inside = false;
    for (let j = 0; j < fake.count; j++) {
      const distance = squaredDistance(real, i, fake, j);
      if (distance < realRadii[i]!) balls[j]!++;
      if (distance < fakeRadii[j]!) inside = true;
      nearest = Math.min(nearest, distance);
    }
    if (inside) recalled++;
    if (nearest < realRadii[i]!) covered++;
  }
  return {
    precision: balls.reduce((sum, n) => sum + (n > 0 ? 1 : 0), 0) / fake.count,
    recall: recalled / real.count,
    density: balls.reduce((sum, n) => sum + n, 0) / (k * fake.count),
    coverage: covered / real.count,
  };
}

// Squared distance of each feature to its k-th neighbour, itself not counted.
function squaredRadii(set: Features, k: number): Float64Array {
  return Float64Array.from({ length: set.count }, (_, i) => {
    const nearest = new Float64Array(k).fill(Number.POSITIVE_INFINITY); // ascending
    for (let j = 0; j < set.count; j++) {
      if (j === i) continue;
      const distance = squaredDistance(set, i, set, j);
      if (distance >= nearest[k - 1]!) continue;
      let at = k - 1;
      for (; at > 0 && nearest[at - 1]! > distance; at--) nearest[at] = nearest[at - 1]!;
      nearest[at] = distance;
    }
    return nearest[k - 1]!;
  });
}

function squaredDistance(a: Features, i: number, b: Features, j: number): number {
  const { dimensions } = a;
  let sum = 0;
  for (let d = 0, p = i * dimensions, q = j * dimensions; d < dimensions; d++) {
    const difference = a.data[p + d]! - b.data[q + d]!;
    sum += difference * difference;
  }
  return sum;
}
