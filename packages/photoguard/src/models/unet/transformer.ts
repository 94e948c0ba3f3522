// Transformer2DModel of diffusers: pixels attend to each other and to the text. Features come and go as [N, C, H, W];
// inside they are tokens, [N, HW, C]. The score matrix of one head has HW x HW elements: above a limit queries are taken
// in slices, which changes no result.
import type { Value } from 'onnx-grad';
import type { LayerContext } from '../layers.ts';
import { groupNorm } from '../layers.ts';
import { layerNorm, linear } from './linear.ts';

/** Elements of all heads' scores above which queries are sliced (16 Mi: 64 MB). */
const MAX_SCORES = 2 ** 24;
const GROUP_NORM_EPSILON = 1e-6;

/** The parts of a transformer that its weights do not say. */
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
  const tokensOf = (features: Value): Value => g.transpose(g.reshape(features, [n, c, h * w]), [0, 2, 1]);
  const normed = tokensOf(groupNorm(context, `${name}.norm`, x, groups, GROUP_NORM_EPSILON));
  // In SD1 the projections are 1x1 convolutions: linear layers over channels, and their weights [C, C, 1, 1] are read so.
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

// softmax(q k^T / sqrt(d)) v over heads; queries from x, keys and values from `source`.
function attention(context: LayerContext, name: string, x: Value, source: Value, heads: number): Value {
  const { g } = context;
  const [n, length, c] = x.shape as [number, number, number];
  const size = c / heads;
  const split = (value: Value, perm: readonly number[]): Value =>
    g.transpose(g.reshape(value, [n, value.shape[1]!, heads, size]), perm);
  const query = split(g.scale(linear(context, `${name}.to_q`, x, c, false), 1 / Math.sqrt(size)), [0, 2, 1, 3]);
  const key = split(linear(context, `${name}.to_k`, source, c, false), [0, 2, 3, 1]);
  const value = split(linear(context, `${name}.to_v`, source, c, false), [0, 2, 1, 3]);
  const slices = Math.min(length, Math.ceil((n * heads * length * source.shape[1]!) / MAX_SCORES));
  const step = Math.ceil(length / slices);
  const attended: Value[] = [];
  for (let start = 0; start < length; start += step) {
    const part = slices === 1 ? query : g.slice(query, [2], [start], [Math.min(start + step, length)]);
    const scores = g.op('Softmax', [g.op('MatMul', [part, key])], { axis: 3 });
    attended.push(g.op('MatMul', [scores, value]));
  }
  const joined = attended.length === 1 ? attended[0]! : g.concat(attended, 2);
  const together = g.reshape(g.transpose(joined, [0, 2, 1, 3]), [n, length, c]);
  return linear(context, `${name}.to_out.0`, together, c);
}

// GEGLU: the second half of the projection gates the first, through the erf GELU.
function feedForward(context: LayerContext, name: string, x: Value): Value {
  const { g } = context;
  const width = x.shape[2]!;
  const projected = linear(context, `${name}.0.proj`, x, 8 * width);
  const hidden = g.slice(projected, [2], [0], [4 * width]);
  const gate = g.slice(projected, [2], [4 * width], [8 * width]);
  return linear(context, `${name}.2`, g.mul(hidden, g.op('Gelu', [gate], { approximate: 'none' })), width);
}
