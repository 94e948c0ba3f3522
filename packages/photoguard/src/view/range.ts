// The range that models take: [-1, 1], where photos are [0, 1].
import type { GraphBuilder, Value } from 'onnx-grad';
import type { Image01, Size } from '../image/index.ts';

/** Writes [0, 1] to [-1, 1]. */
export const toSigned = (g: GraphBuilder, image: Value): Value => g.shift(g.scale(image, 2), -1);

/** Writes [-1, 1] to [0, 1]. Not clipped. */
export const fromSigned = (g: GraphBuilder, image: Value): Value => g.scale(g.shift(image, 1), 0.5);

/** A model's output, [1, 3, H, W] in [-1, 1], as an image, clipped. */
export const toImage = (decoded: Float32Array, size: Size): Image01 => ({
  ...size,
  channels: 3,
  data: decoded.map((x) => Math.min(Math.max(x / 2 + 0.5, 0), 1)),
});
