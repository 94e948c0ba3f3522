// The autoencoder's attention: one head as wide as the channels, over all positions. Features stay [N, C, HW], so that
// queries, keys and values are plain matrix products from the left. The score matrix has HW x HW elements (1 GB for a
// 1024 x 1024 photo): above a limit queries are taken in slices, which changes no result.
import type { GraphBuilder, Value } from 'onnx-grad';
import type { LayerContext } from '../layers.ts';
import { groupNorm } from '../layers.ts';

/** Elements of a score matrix above which queries are sliced (16 Mi: 64 MB). */
const MAX_SCORES = 2 ** 24;

const OLD_NAMES: Readonly<Record<string, string>> = {
  to_q: 'query',
  to_k: 'key',
  to_v: 'value',
  'to_out.0': 'proj_attn',
};

/** Group norm, single-head self-attention and residual; `name` is the diffusers prefix of the attention block. */
export function attentionBlock(context: LayerContext, name: string, x: Value, groups: number, epsilon: number): Value {
  const { g, weights } = context;
  const [n, c, h, w] = x.shape as [number, number, number, number];
  const normed = g.reshape(groupNorm(context, `${name}.group_norm`, x, groups, epsilon), [n, c, h * w]);
  const linear = (layer: string, input: Value): Value => {
    const names = [layer, OLD_NAMES[layer]!].map((part) => `${name}.${part}`);
    const weight = weights.findFirst(
      names.map((m) => `${m}.weight`),
      [c, c],
    );
    const bias = weights.findFirst(
      names.map((m) => `${m}.bias`),
      [c],
    );
    return g.add(g.op('MatMul', [weight, input]), g.reshape(bias, [c, 1]));
  };
  const attended = attend(g, linear('to_q', normed), linear('to_k', normed), linear('to_v', normed));
  const output = linear('to_out.0', attended);
  return g.add(x, g.reshape(output, x.shape));
}

/** value softmax(query^T key / sqrt(C))^T, all [N, C, positions]. */
export function attend(g: GraphBuilder, query: Value, key: Value, value: Value): Value {
  const [n, c, positions] = query.shape as [number, number, number];
  const scaled = g.transpose(g.scale(query, 1 / Math.sqrt(c)), [0, 2, 1]);
  const slices = Math.min(positions, Math.ceil((n * positions * positions) / MAX_SCORES));
  const size = Math.ceil(positions / slices);
  const attended: Value[] = [];
  for (let start = 0; start < positions; start += size) {
    const part = g.slice(scaled, [1], [start], [Math.min(start + size, positions)]);
    const scores = g.op('Softmax', [g.op('MatMul', [part, key])], { axis: 2 });
    attended.push(g.op('MatMul', [value, g.transpose(scores, [0, 2, 1])]));
  }
  return g.concat(attended, 2);
}
