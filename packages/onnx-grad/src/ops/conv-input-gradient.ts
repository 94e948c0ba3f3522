// The gradient of a convolution by its input, as a convolution with constant weights, since that is what a runtime
// runs fastest (blocked kernels; ConvTranspose goes through im2col at a third of the rate).
// Stride 1: convolve the cotangent with the weight flipped in space and transposed in channels.
// Stride s: an input position of phase p (its padded index mod s) meets only the kernel taps of that phase, so each
// phase is a stride-1 convolution with a sub-kernel. All s^n phases are made by one convolution with s^n times the
// channels, and woven together (depth to space).
import type { GraphBuilder } from '../graph/builder.ts';
import type { Value } from '../graph/graph.ts';
import type { Shape } from '../graph/shape.ts';
import type { Windows } from './windows.ts';

/** Gradient by the input of shape `x`, given the cotangent of the output and the weight [O, C / groups, ...]. */
export function convInputGradient(
  g: GraphBuilder,
  cotangent: Value,
  weight: Value,
  x: Shape,
  geometry: Windows & { groups: number },
): Value {
  const { strides, dilations, groups, before, kernel } = geometry;
  const spatial = x.slice(2);
  if (strides.every((s) => s === 1)) {
    const flipped = flipSpatial(g, swapChannels(g, weight, groups));
    const extents = kernel.map((k, i) => dilations[i]! * (k - 1));
    const first = extents.map((e, i) => e - before[i]!);
    const last = spatial.map((n, i) => n - cotangent.shape[i + 2]! + extents[i]! - first[i]!);
    return convolve(g, cotangent, flipped, first, last, dilations, groups);
  }
  return dilations.every((d) => d === 1)
    ? phasesGradient(g, cotangent, weight, x, geometry)
    : zeroStuffed(g, cotangent, weight, x, geometry);
}

/** [O, C / groups, ...] as [C, O / groups, ...]. */
export function swapChannels(g: GraphBuilder, weight: Value, groups: number): Value {
  const [o, c, ...rest] = weight.shape as [number, number, ...number[]];
  const tail = rest.map((_, i) => i + 3);
  const split = g.reshape(weight, [groups, o / groups, c, ...rest]);
  return g.reshape(g.transpose(split, [0, 2, 1, ...tail]), [groups * c, o / groups, ...rest]);
}

/** Reverses every spatial axis. */
export function flipSpatial(g: GraphBuilder, weight: Value): Value {
  const axes = weight.shape.slice(2).flatMap((n, i) => (n > 1 ? [i + 2] : []));
  if (axes.length === 0) return weight;
  const lowest = axes.map(() => -(2 ** 31));
  return g.slice(
    weight,
    axes,
    axes.map(() => -1),
    lowest,
    axes.map(() => -1),
  );
}

// A stride-1 convolution; negative pads crop its input first.
function convolve(
  g: GraphBuilder,
  x: Value,
  weight: Value,
  before: readonly number[],
  after: readonly number[],
  dilations: readonly number[],
  groups: number,
): Value {
  const crop = (pads: readonly number[]): number[] => [0, 0, ...pads.map((n) => Math.min(n, 0))];
  const cropped = g.pad(x, crop(before), crop(after));
  return g.op('Conv', [cropped, weight], {
    kernel_shape: weight.shape.slice(2),
    pads: [...before, ...after].map((n) => Math.max(n, 0)),
    strides: dilations.map(() => 1),
    dilations: [...dilations],
    group: groups,
  });
}

function phasesGradient(
  g: GraphBuilder,
  cotangent: Value,
  weight: Value,
  x: Shape,
  { strides, before, kernel, groups }: Windows & { groups: number },
): Value {
  const [n, c, ...spatial] = x as [number, number, ...number[]];
  const rank = spatial.length;
  const axes = spatial.map((_, i) => i);
  const taps = kernel.map((k, i) => Math.ceil(k / strides[i]!));
  // Kernel padded to a multiple of the stride, tap t * s + p split into (t, p): [C, O / g, t1, p1, t2, p2 ...].
  const swapped = swapChannels(g, weight, groups);
  const padded = g.pad(
    swapped,
    [0, 0, ...axes.map(() => 0)],
    [0, 0, ...taps.map((t, i) => t * strides[i]! - kernel[i]!)],
  );
  const o = swapped.shape[1]!;
  const split = g.reshape(padded, [c, o, ...taps.flatMap((t, i) => [t, strides[i]!])]);
  // One sub-kernel a phase as output channels: [C, p1, p2 ..., O / g, t1, t2 ...] (channels stay group-major).
  const perm = [0, ...axes.map((i) => 3 + 2 * i), 1, ...axes.map((i) => 2 + 2 * i)];
  const phases = strides.reduce((a, b) => a * b, 1);
  const kernels = flipSpatial(g, g.reshape(g.transpose(split, perm), [c * phases, o, ...taps]));
  // Phase grids cover the padded input from its first position; only what the input holds is kept.
  const count = spatial.map((size, i) => Math.ceil((size + before[i]!) / strides[i]!));
  const first = taps.map((t) => t - 1);
  const last = count.map((m, i) => m - cotangent.shape[i + 2]!);
  const made = convolve(
    g,
    cotangent,
    kernels,
    first,
    last,
    axes.map(() => 1),
    groups,
  );
  const unwoven = g.reshape(made, [n, c, ...strides, ...count]);
  const weave = [0, 1, ...axes.flatMap((i) => [2 + rank + i, 2 + i])];
  const woven = g.reshape(g.transpose(unwoven, weave), [n, c, ...count.map((m, i) => m * strides[i]!)]);
  const ends = spatial.map((size, i) => size + before[i]!);
  return g.slice(
    woven,
    axes.map((i) => i + 2),
    [...before],
    ends,
  );
}

// Stride and dilation together: spread the cotangent with zeros between, then as for stride 1.
function zeroStuffed(
  g: GraphBuilder,
  cotangent: Value,
  weight: Value,
  x: Shape,
  geometry: Windows & { groups: number },
): Value {
  const [n, o, ...out] = cotangent.shape as [number, number, ...number[]];
  const { strides } = geometry;
  const apart = g.reshape(cotangent, [n, o, ...out.flatMap((m) => [m, 1])]);
  const zeros = apart.shape.map(() => 0);
  const after = [0, 0, ...strides.flatMap((s) => [0, s - 1])];
  const stuffed = g.reshape(g.pad(apart, zeros, after), [n, o, ...out.map((m, i) => m * strides[i]!)]);
  const trimmed = g.slice(
    stuffed,
    out.map((_, i) => i + 2),
    out.map(() => 0),
    out.map((m, i) => (m - 1) * strides[i]! + 1),
  );
  const ones = { ...geometry, strides: strides.map(() => 1) };
  return convInputGradient(g, trimmed, weight, x, ones);
}
