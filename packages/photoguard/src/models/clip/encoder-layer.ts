// One layer of CLIP's transformers; text and image towers use the same layers.
import type { GraphBuilder, Value } from 'onnx-grad';
import { multiHeadAttention } from '../attention.ts';
import type { LayerContext } from '../layers.ts';
import { layerNorm, linear } from '../linear.ts';

/** What a layer depends on apart from its weights. */
export interface EncoderLayerOptions {
  readonly hiddenSize: number;
  readonly intermediateSize: number;
  readonly heads: number;
  readonly layerNormEps: number;
  readonly activation: 'quick_gelu' | 'gelu';
}

const QUICK_GELU = 1.702;

/** Writes a layer on tokens [N, tokens, hiddenSize]; `mask` is added to the scores. */
export function encoderLayer(
  context: LayerContext,
  name: string,
  x: Value,
  { hiddenSize: width, intermediateSize, heads, layerNormEps, activation }: EncoderLayerOptions,
  mask?: Value,
): Value {
  const { g } = context;
  const normed = layerNorm(context, `${name}.layer_norm1`, x, layerNormEps);
  const project = (layer: string): Value => linear(context, `${name}.self_attn.${layer}`, normed, width);
  const attended = multiHeadAttention(g, [project('q_proj'), project('k_proj'), project('v_proj')], heads, mask);
  const seen = g.add(x, linear(context, `${name}.self_attn.out_proj`, attended, width));
  const again = layerNorm(context, `${name}.layer_norm2`, seen, layerNormEps);
  const wide = activate(g, linear(context, `${name}.mlp.fc1`, again, intermediateSize), activation);
  return g.add(seen, linear(context, `${name}.mlp.fc2`, wide, width));
}

function activate(g: GraphBuilder, x: Value, activation: EncoderLayerOptions['activation']): Value {
  if (activation === 'gelu') return g.op('Gelu', [x], { approximate: 'none' });
  return g.mul(x, g.op('Sigmoid', [g.scale(x, QUICK_GELU)]));
}
