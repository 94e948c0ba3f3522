// Transformer2DModel of diffusers: pixels attend to each other and to the text. Features enter and leave as [N, C, H,
// W]; inside they are tokens, [N, HW, C].
import type { Value } from 'onnx-grad';
import { multiHeadAttention } from '../attention.ts';
import type { LayerContext } from '../layers.ts';
import { groupNorm } from '../layers.ts';
import { layerNorm, linear } from '../linear.ts';

const GROUP_NORM_EPSILON = 1e-6;

/** Properties of a transformer that do not follow from its weights. */
export interface TransformerOptions {
  readonly heads: number;
  readonly layers: number;
  readonly groups: number;
}

/** `name` is the diffusers prefix (`down_blocks.0.attentions.0`); `text` has shape [N, tokens, width]. */
export function transformer(
  context: LayerContext,
  name: string,
  x: Value,
  text: Value,
  { heads, layers, groups }: TransformerOptions,
): Value {
  const { g } = context;
  const [n, c, h, w] = x.shape as [number, number, number, number];
  const toTokens = (features: Value): Value => g.transpose(g.reshape(features, [n, c, h * w]), [0, 2, 1]);
  const normed = toTokens(groupNorm(context, `${name}.norm`, x, groups, GROUP_NORM_EPSILON));
  // In SD1 the projections are 1x1 convolutions: linear layers over channels, so their weights [C, C, 1, 1] are read as
  // such.
  let tokens = linear(context, `${name}.proj_in`, normed, c);
  for (let i = 0; i < layers; i++) tokens = block(context, `${name}.transformer_blocks.${i}`, tokens, text, heads);
  const back = linear(context, `${name}.proj_out`, tokens, c);
  return g.add(x, g.reshape(g.transpose(back, [0, 2, 1]), x.shape));
}

function block(context: LayerContext, name: string, input: Value, text: Value, heads: number): Value {
  const { g } = context;
  const first = layerNorm(context, `${name}.norm1`, input);
  const seen = g.add(input, attention(context, `${name}.attn1`, first, first, heads));
  const told = g.add(seen, attention(context, `${name}.attn2`, layerNorm(context, `${name}.norm2`, seen), text, heads));
  return g.add(told, feedForward(context, `${name}.ff.net`, layerNorm(context, `${name}.norm3`, told)));
}

// Queries come from x, keys and values from `source`.
function attention(context: LayerContext, name: string, x: Value, source: Value, heads: number): Value {
  const c = x.shape[2]!;
  const project = (layer: string, from: Value): Value => linear(context, `${name}.${layer}`, from, c, false);
  const all = [project('to_q', x), project('to_k', source), project('to_v', source)] as const;
  return linear(context, `${name}.to_out.0`, multiHeadAttention(context.g, all, heads), c);
}

// GEGLU: the second half of the projection gates the first, through the erf GELU.
function feedForward(context: LayerContext, name: string, x: Value): Value {
  const { g } = context;
  const width = x.shape[2]!;
  const projected = linear(context, `${name}.0.proj`, x, 8 * width);
  const [hidden, gate] = g.ops('Split', [projected], { axis: 2, num_outputs: 2 }, 2) as [Value, Value];
  return linear(context, `${name}.2`, g.mul(hidden, g.op('Gelu', [gate], { approximate: 'none' })), width);
}
