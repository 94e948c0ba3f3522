// Linear layers and layer norms of transformers, over the last axis.
import type { Value } from 'onnx-grad';
import type { LayerContext } from './layers.ts';

/** x W^T + b for x [..., from] and `<name>.weight` [out, from]. */
export function linear({ g, weights }: LayerContext, name: string, x: Value, out: number, bias = true): Value {
  const weight = weights.get(`${name}.weight`, [out, x.shape.at(-1)!]);
  const product = g.op('MatMul', [x, g.transpose(weight, [1, 0])]);
  return bias ? g.add(product, weights.get(`${name}.bias`, [out])) : product;
}

/** Layer norm with scale and bias. */
export function layerNorm({ g, weights }: LayerContext, name: string, x: Value, epsilon = 1e-5): Value {
  const width = x.shape.at(-1)!;
  const [scale, bias] = [weights.get(`${name}.weight`, [width]), weights.get(`${name}.bias`, [width])];
  // Mean and inverse deviation are outputs too: the gradient uses them.
  return g.ops('LayerNormalization', [x, scale, bias], { axis: -1, epsilon }, 3)[0]!;
}
