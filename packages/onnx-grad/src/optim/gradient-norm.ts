// Clipping by the norm of all gradients together (Pascanu et al. 2013), as PyTorch's clip_grad_norm_.
import type { GraphBuilder } from '../builder.ts';
import type { Value } from '../graph/graph.ts';

/** PyTorch adds this to the norm before dividing. */
const EPSILON = 1e-6;

/** Writes the Euclidean norm of several tensors as one vector, a scalar. @throws GraphError without tensors */
export function globalNorm(g: GraphBuilder, gradients: readonly Value[]): Value {
  const squares = gradients.map((gradient) => {
    const square = g.mul(gradient, gradient);
    return g.reshape(
      g.sum(
        square,
        square.shape.map((_, i) => i),
        false,
      ),
      [1],
    );
  });
  return g.op('Sqrt', [g.sum(g.concat(squares, 0), [0], false)]);
}

/** Writes the factor for gradients of this norm: 1, or less if the norm is above `most`. */
export function clipScale(g: GraphBuilder, norm: Value, most: number): Value {
  const limit = g.scalar(most, norm.dtype);
  return g.op('Min', [g.div(limit, g.shift(norm, EPSILON)), g.scalar(1, norm.dtype)]);
}
