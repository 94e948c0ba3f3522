// Pixels to channels and back, and means and repeats of neighbouring channels: what patches and the residual shortcuts of
// modern autoencoders are made of. Channels are ordered (c, dy, dx) as by PyTorch's pixel_shuffle, but for Wan 2.2's (c, dx, dy).
import type { GraphBuilder, Value } from 'onnx-grad';

/** Which of the two offsets in a patch varies slowest. */
export type PatchOrder = 'rows' | 'columns';

/** 2 x 2 pixels to channels: [N, C, 2h, 2w] to [N, 4C, h, w]. Sides must be even. */
export function unshuffle(g: GraphBuilder, x: Value, order: PatchOrder = 'rows'): Value {
  const [n, c, h, w] = x.shape as [number, number, number, number];
  const split = g.reshape(x, [n, c, h / 2, 2, w / 2, 2]);
  const moved = g.transpose(split, order === 'rows' ? [0, 1, 3, 5, 2, 4] : [0, 1, 5, 3, 2, 4]);
  return g.reshape(moved, [n, 4 * c, h / 2, w / 2]);
}

/** Channels to 2 x 2 pixels: [N, 4C, h, w] to [N, C, 2h, 2w]. */
export function shuffle(g: GraphBuilder, x: Value, order: PatchOrder = 'rows'): Value {
  const [n, c, h, w] = x.shape as [number, number, number, number];
  const split = g.reshape(x, [n, c / 4, 2, 2, h, w]);
  const moved = g.transpose(split, order === 'rows' ? [0, 1, 4, 2, 5, 3] : [0, 1, 4, 3, 5, 2]);
  return g.reshape(moved, [n, c / 4, 2 * h, 2 * w]);
}

/** Means of neighbouring channels, so that `out` are left. */
export function meanChannels(g: GraphBuilder, x: Value, out: number): Value {
  const [n, c, h, w] = x.shape as [number, number, number, number];
  return c === out ? x : g.mean(g.reshape(x, [n, out, c / out, h, w]), [2], false);
}

/** Each channel repeated, so that there are `out`. */
export function repeatChannels(g: GraphBuilder, x: Value, out: number): Value {
  const [n, c, h, w] = x.shape as [number, number, number, number];
  if (c === out) return x;
  return g.reshape(g.expand(g.reshape(x, [n, c, 1, h, w]), [n, c, out / c, h, w]), [n, out, h, w]);
}
