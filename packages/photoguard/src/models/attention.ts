// Attention over several heads. The scores of one head have a number for each query and key: above a limit queries are
// taken in slices, which changes no result.
import type { GraphBuilder, Value } from 'onnx-grad';

/** Elements of all heads' scores above which queries are sliced (16 Mi: 64 MB). */
const MAX_SCORES = 2 ** 24;

/**
 * softmax(q k^T / sqrt(d)) v, heads side by side in the last axis: query [N, L, C], key and value [N, S, C].
 * @param mask added to the scores, broadcast to [N, heads, L, S]
 */
export function multiHeadAttention(
  g: GraphBuilder,
  [query, key, value]: readonly [Value, Value, Value],
  heads: number,
  mask?: Value,
): Value {
  const [n, length, c] = query.shape as [number, number, number];
  const size = c / heads;
  const split = (x: Value, perm: readonly number[]): Value =>
    g.transpose(g.reshape(x, [n, x.shape[1]!, heads, size]), perm);
  const q = split(g.scale(query, 1 / Math.sqrt(size)), [0, 2, 1, 3]);
  const [k, v] = [split(key, [0, 2, 3, 1]), split(value, [0, 2, 1, 3])];
  const slices = mask ? 1 : Math.min(length, Math.ceil((n * heads * length * key.shape[1]!) / MAX_SCORES));
  const step = Math.ceil(length / slices);
  const attended: Value[] = [];
  for (let start = 0; start < length; start += step) {
    const part = slices === 1 ? q : g.slice(q, [2], [start], [Math.min(start + step, length)]);
    const scores = g.op('MatMul', [part, k]);
    attended.push(g.op('MatMul', [g.op('Softmax', [mask ? g.add(scores, mask) : scores], { axis: 3 }), v]));
  }
  const joined = attended.length === 1 ? attended[0]! : g.concat(attended, 2);
  return g.reshape(g.transpose(joined, [0, 2, 1, 3]), [n, length, c]);
}
