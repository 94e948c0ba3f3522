// Stochastic gradient descent with momentum, PyTorch's (no dampening): velocity' = momentum velocity + gradient,
// weight' = weight - learning rate velocity'. The velocity starts at zero.
import type { GraphBuilder } from '../builder.ts';
import type { Value } from '../graph/graph.ts';

/** Writes one parameter's step; `learningRate` is a scalar. */
export function sgdMomentum(
  g: GraphBuilder,
  { weight, velocity }: { readonly weight: Value; readonly velocity: Value },
  gradient: Value,
  learningRate: Value,
  momentum: number,
): { readonly weight: Value; readonly velocity: Value } {
  const next = g.add(g.scale(velocity, momentum), gradient);
  return { weight: g.sub(weight, g.mul(next, learningRate)), velocity: next };
}
