// AdamW (Loshchilov and Hutter 2019), PyTorch's: decoupled weight decay, moments corrected for their start at zero. The
// corrections depend on the count of steps only, so the host computes them and the graph takes three numbers. With the
// names of the papers (Kingma and Ba 2015, end of section 2, for alpha_t and epsilon-hat):
//   m' = beta1 m + (1 - beta1) g
//   v' = beta2 v + (1 - beta2) g^2
//   weight' = keep weight - alpha m' / (sqrt(v') + epsilon)
import type { GraphBuilder } from '../builder.ts';
import type { Value } from '../graph/graph.ts';

/**
 * Settings that are constant during a training. PyTorch's defaults: betas (0.9, 0.999), epsilon 1e-8, weightDecay 0.01.
 */
export interface AdamWOptions {
  readonly betas: readonly [number, number];
  readonly epsilon: number;
  /** Share of a weight that is removed at each step, times the learning rate. 0 is Adam. */
  readonly weightDecay: number;
}

/** Scalars of a step, as numbers (from {@link adamWScalars}) or as values of a graph. */
export interface AdamWScalars<T = number> {
  /** Factor of a weight: 1 minus the learning rate times the weight decay. */
  readonly keep: T;
  /** The learning rate with the corrections of both moments (alpha_t). */
  readonly alpha: T;
  /** Epsilon with the correction of the second moment (epsilon-hat). */
  readonly epsilon: T;
}

/** A parameter's tensors, all of one shape. */
export interface AdamWState {
  readonly weight: Value;
  /** First moment: the moving average of the gradient. */
  readonly m: Value;
  /** Second moment: the moving average of its square. */
  readonly v: Value;
}

/** The scalars of a step. @param step counts from 1 */
export function adamWScalars(step: number, learningRate: number, options: AdamWOptions): AdamWScalars {
  const [beta1, beta2] = options.betas;
  const root = Math.sqrt(1 - beta2 ** step);
  return {
    keep: 1 - learningRate * options.weightDecay,
    alpha: (learningRate * root) / (1 - beta1 ** step),
    epsilon: options.epsilon * root,
  };
}

/**
 * Writes one parameter's step.
 * @param scale a scalar that multiplies the gradient first (clipping); default: none
 */
export function adamW(
  g: GraphBuilder,
  { weight, m, v }: AdamWState,
  gradient: Value,
  { keep, alpha, epsilon }: AdamWScalars<Value>,
  [beta1, beta2]: readonly [number, number],
  scale?: Value,
): AdamWState {
  const part = (share: number, factor?: Value): Value => {
    const one = g.scalar(share, gradient.dtype);
    return factor ? g.mul(one, factor) : one;
  };
  const nextM = g.add(g.scale(m, beta1), g.mul(gradient, part(1 - beta1, scale)));
  const square = g.mul(gradient, gradient);
  const nextV = g.add(g.scale(v, beta2), g.mul(square, part(1 - beta2, scale && g.mul(scale, scale))));
  const direction = g.div(nextM, g.add(g.op('Sqrt', [nextV]), epsilon));
  return { weight: g.sub(g.mul(weight, keep), g.mul(direction, alpha)), m: nextM, v: nextV };
}
