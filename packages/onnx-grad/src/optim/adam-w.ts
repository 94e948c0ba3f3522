// AdamW (Loshchilov and Hutter 2019), PyTorch's: decoupled weight decay, moments corrected for their start at zero. The
// corrections depend on the count of steps only, so the host computes them and the graph takes three numbers:
//   first'  = beta1 first + (1 - beta1) gradient
//   second' = beta2 second + (1 - beta2) gradient^2
//   weight' = keep weight - size first' / (sqrt(second') + epsilon)
import type { GraphBuilder } from '../builder.ts';
import type { Value } from '../graph/graph.ts';

/** What stays the same over a training. PyTorch's defaults: betas (0.9, 0.999), epsilon 1e-8, weightDecay 0.01. */
export interface AdamWOptions {
  readonly betas: readonly [number, number];
  readonly epsilon: number;
  /** Share of a weight that goes at each step, times the learning rate. 0 is Adam. */
  readonly weightDecay: number;
}

/** What a step is told: scalars, as numbers (from {@link adamWScalars}) or as values of a graph. */
export interface AdamWScalars<T = number> {
  /** What a weight is multiplied by, 1 - learning rate times weight decay. */
  readonly keep: T;
  /** The learning rate with both corrections. */
  readonly size: T;
  /** Epsilon with the second moment's correction. */
  readonly epsilon: T;
}

/** A parameter's tensors, all of one shape. */
export interface AdamWState {
  readonly weight: Value;
  readonly first: Value;
  readonly second: Value;
}

/** The scalars of a step. @param step counts from 1 */
export function adamWScalars(step: number, learningRate: number, options: AdamWOptions): AdamWScalars {
  const [beta1, beta2] = options.betas;
  const root = Math.sqrt(1 - beta2 ** step);
  return {
    keep: 1 - learningRate * options.weightDecay,
    size: (learningRate * root) / (1 - beta1 ** step),
    epsilon: options.epsilon * root,
  };
}

/**
 * Writes one parameter's step.
 * @param scale a scalar that multiplies the gradient first (clipping); default: none
 */
export function adamW(
  g: GraphBuilder,
  { weight, first, second }: AdamWState,
  gradient: Value,
  { keep, size, epsilon }: AdamWScalars<Value>,
  [beta1, beta2]: readonly [number, number],
  scale?: Value,
): AdamWState {
  const part = (share: number, factor?: Value): Value => {
    const one = g.scalar(share, gradient.dtype);
    return factor ? g.mul(one, factor) : one;
  };
  const nextFirst = g.add(g.scale(first, beta1), g.mul(gradient, part(1 - beta1, scale)));
  const square = g.mul(gradient, gradient);
  const nextSecond = g.add(g.scale(second, beta2), g.mul(square, part(1 - beta2, scale && g.mul(scale, scale))));
  const direction = g.div(nextFirst, g.add(g.op('Sqrt', [nextSecond]), epsilon));
  return { weight: g.sub(g.mul(weight, keep), g.mul(direction, size)), first: nextFirst, second: nextSecond };
}
