// Attention (opset 23) as matrix products and a softmax: softmax(scale Q K^T + mask) V, with heads in the last axis or
// on a separate one, fewer key heads than query heads, a causal mask, and a boolean or additive mask.

import { toNumbers } from '../graph/dtype.ts';
import { GraphError } from '../graph/error.ts';
import type { Value } from '../graph/graph.ts';
import { readNumber } from '../ops/attributes.ts';
import type { Emitter } from './emitter.ts';
import { maskedSoftmax } from './masked-softmax.ts';
import type { Rewrite } from './node.ts';
import { like, requireInput } from './node.ts';

// [N, T, H D] or [N, H, T, D] as the latter.
function withHeads(e: Emitter, x: Value, heads: number): Value {
  if (x.shape.length === 4) return x;
  const [n, t, width] = x.shape as [number, number, number];
  return e.g.transpose(e.g.reshape(x, [n, t, heads, width / heads]), [0, 2, 1, 3]);
}

// Each key head serves several query heads if there are more of those.
function repeatHeads(e: Emitter, x: Value, heads: number): Value {
  const [n, few, t, d] = x.shape as [number, number, number, number];
  if (few === heads) return x;
  return e.g.reshape(e.g.expand(e.g.reshape(x, [n, few, 1, t, d]), [n, few, heads / few, t, d]), [n, heads, t, d]);
}

function lowerTriangle(e: Emitter, rows: number, columns: number): Value {
  const data = Uint8Array.from({ length: rows * columns }, (_, i) => (i % columns <= Math.floor(i / columns) ? 1 : 0));
  return e.constant({ dtype: 'bool', shape: [rows, columns], data });
}

// Whether a query may see no key at all; a known mask is checked. `columns`: number of keys, if the mask is causal.
function mayHideRows(e: Emitter, mask: Value, columns?: number): boolean {
  const known = e.findConstant(mask);
  const [width, height] = [mask.shape.at(-1) ?? 1, mask.shape.at(-2) ?? 1];
  if (!known || (columns !== undefined && (width !== columns || height === 1))) return true;
  const numbers = toNumbers(known.dtype, known.data);
  const isSeen = (i: number): boolean => {
    const isLater = columns !== undefined && i % width > Math.floor(i / width) % height;
    return !isLater && (known.dtype === 'bool' ? numbers[i] !== 0 : numbers[i]! > -1e4);
  };
  const rows = numbers.length / Math.max(width, 1);
  return !Array.from({ length: rows }, (_, row) => row).every((row) =>
    Array.from({ length: width }, (_, i) => row * width + i).some(isSeen),
  );
}

/** Attention without a cache. */
export const attention: Rewrite = (node, e) => {
  const { attributes, inputs } = node;
  if (inputs.slice(4).some((value) => value) || node.outputs > 1)
    throw new GraphError('operator', 'a cache of past keys and values is not supported: export without a cache');
  if (readNumber(attributes, 'softcap', 0) !== 0) throw new GraphError('attribute', 'softcap is not supported');
  const x = requireInput(node, 0);
  const q = withHeads(e, x, readNumber(attributes, 'q_num_heads', 1));
  const [, heads, rows, width] = q.shape as [number, number, number, number];
  const keys = readNumber(attributes, 'kv_num_heads', heads);
  const [k, v] = [1, 2].map((i) => repeatHeads(e, withHeads(e, requireInput(node, i), keys), heads)) as [Value, Value];
  const scale = readNumber(attributes, 'scale', 0) || 1 / Math.sqrt(width);
  const scaled = e.op('Mul', [q, like(e, scale, q)]);
  let scores = e.op('MatMul', [scaled, e.g.transpose(k, [0, 1, 3, 2])]);
  const nothing = like(e, Number.NEGATIVE_INFINITY, q);
  const columns = k.shape[2]!;
  const isCausal = readNumber(attributes, 'is_causal', 0) === 1;
  if (isCausal) scores = e.op('Where', [lowerTriangle(e, rows, columns), scores, nothing]);
  const mask = inputs[3];
  if (mask) scores = mask.dtype === 'bool' ? e.op('Where', [mask, scores, nothing]) : e.op('Add', [scores, mask]);
  const safe = mask !== undefined && mayHideRows(e, mask, isCausal ? columns : undefined);
  const weights = safe ? maskedSoftmax(e, scores, -1) : e.op('Softmax', [scores], { axis: -1 });
  const y = e.op('MatMul', [weights, v]);
  if (x.shape.length === 4) return [y];
  return [e.g.reshape(e.g.transpose(y, [0, 2, 1, 3]), [x.shape[0]!, rows, heads * v.shape[3]!])];
};
