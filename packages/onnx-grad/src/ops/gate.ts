// Runtimes run a node as soon as its inputs are available. Values that a gradient recomputes from forward values would
// then be computed during the forward pass and held until the backward pass needs them, which defeats the purpose. So a
// recomputation gets one tiny operand from the backward pass: a zero, made from an element of a cotangent.
import type { Builder } from '../graph/builder.ts';
import type { Value } from '../graph/graph.ts';

/** A zero of shape [1] that exists only once `value` does (NaN if its first element is not finite). */
export function zeroAfter(g: Builder, value: Value): Value {
  const axes = value.shape.map((_, i) => i);
  const first = g.slice(
    value,
    axes,
    axes.map(() => 0),
    axes.map(() => 1),
  );
  const element = g.reshape(first, [1]);
  return g.sub(element, element);
}
