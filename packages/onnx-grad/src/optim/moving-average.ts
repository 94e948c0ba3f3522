// An exponential moving average of weights, which is evaluated and published instead of the last weights.
import type { GraphBuilder } from '../builder.ts';
import type { Value } from '../graph/graph.ts';

/** Writes average' = average + change (weight - average); `change` is the scalar 1 - decay. */
export function movingAverage(g: GraphBuilder, average: Value, weight: Value, change: Value): Value {
  return g.add(average, g.mul(g.sub(weight, average), change));
}

/**
 * The decay of diffusers' EMAModel after a step: min((1 + n) / (10 + n), decay) with n = step - 1, and 0 at the first
 * step, which copies the weights.
 * @param step counts from 1
 */
export function warmDecay(step: number, decay: number): number {
  const n = step - 1;
  return n <= 0 ? 0 : Math.min((1 + n) / (10 + n), decay);
}
