// What the gradients of pooling share: windows of every channel by itself, and spreading a cotangent back over them.
import type { Builder } from '../graph/builder.ts';
import { GraphError } from '../graph/error.ts';
import type { Attributes, Value } from '../graph/graph.ts';
import type { Shape } from '../graph/shape.ts';
import { sizeOf } from '../graph/shape.ts';
import { readNumbers } from './attributes.ts';
import { convInputGradient } from './conv-input-gradient.ts';
import type { Windows } from './windows.ts';
import { layWindows } from './windows.ts';

/** Attributes that all pooling operators have. */
export const POOL_ATTRIBUTES = {
  auto_pad: 'string',
  ceil_mode: 'int',
  dilations: 'ints',
  kernel_shape: 'ints',
  pads: 'ints',
  strides: 'ints',
} as const;

/** Windows of a pooling over x [N, C, ...]. @throws GraphError for another rank or without kernel_shape */
export function poolWindows(x: Shape, attributes: Attributes): Windows {
  const kernel = readNumbers(attributes, 'kernel_shape', []);
  if (x.length < 3 || kernel.length !== x.length - 2)
    throw new GraphError('shape', `kernel_shape [${kernel}] does not fit an input [${x}]`);
  return layWindows(x.slice(2), kernel, attributes);
}

/**
 * Adds `taps`, the cotangents [N, C, T, ...out] of the T kernel taps in row-major order, where each tap has read from
 * x: a convolution's input gradient with a one-hot kernel. With T = 1 the same cotangent goes to every tap.
 */
export function spreadOverWindows(g: Builder, taps: Value, x: Shape, windows: Windows): Value {
  const [n, c, count] = taps.shape as [number, number, number];
  const kernelSize = sizeOf(windows.kernel);
  const data = new Float32Array(count * kernelSize);
  for (let tap = 0; tap < kernelSize; tap++) data[count === 1 ? tap : tap * kernelSize + tap] = 1;
  const hot = g.constant({ dtype: 'float32', shape: [count, 1, ...windows.kernel], data });
  const flat = g.reshape(taps, [n * c, count, ...windows.out]);
  const spread = convInputGradient(g, flat, g.cast(hot, taps.dtype), [n * c, 1, ...x.slice(2)], {
    ...windows,
    groups: 1,
  });
  return g.reshape(spread, x);
}
