// The Gaussian blur in a graph: edges reflected, then one convolution along each axis, channel by channel.
import type { GraphBuilder, Value } from 'onnx-grad';
import { gaussianWeights } from '../gaussian.ts';

/** An image [1, C, H, W] blurred with a kernel of `2 radius + 1`; both sides are longer than the radius. */
export function blurInGraph(g: GraphBuilder, image: Value, sigma: number, radius = Math.ceil(4 * sigma)): Value {
  const channels = image.shape[1]!;
  const wide = g.op('Pad', [image, g.ints([0, 0, radius, radius, 0, 0, radius, radius])], { mode: 'reflect' });
  const weights = gaussianWeights(radius, sigma);
  const along = (x: Value, height: number, width: number): Value => {
    const data = Float32Array.from({ length: channels * weights.length }, (_, i) => weights[i % weights.length]!);
    return g.op('Conv', [x, g.constant({ dtype: 'float32', shape: [channels, 1, height, width], data })], {
      group: channels,
    });
  };
  return along(along(wide, 1, weights.length), weights.length, 1);
}
