// The residual block of the autoencoder: norm, SiLU, convolution, twice, and a shortcut.
import type { Value } from 'onnx-grad';
import type { LayerContext } from '../layers.ts';
import { conv2d, groupNormSilu } from '../layers.ts';

/** `name` is the diffusers prefix (`encoder.down_blocks.0.resnets.0`); the result has `out` channels. */
export function resnetBlock(
  context: LayerContext,
  name: string,
  x: Value,
  out: number,
  groups: number,
  epsilon: number,
): Value {
  const first = groupNormSilu(context, `${name}.norm1`, x, groups, epsilon);
  const hidden = conv2d(context, `${name}.conv1`, first, { out, kernel: 3 });
  const second = groupNormSilu(context, `${name}.norm2`, hidden, groups, epsilon);
  const residual = conv2d(context, `${name}.conv2`, second, { out, kernel: 3 });
  const shortcut = x.shape[1] === out ? x : conv2d(context, `${name}.conv_shortcut`, x, { out, kernel: 1 });
  return context.g.add(shortcut, residual);
}
