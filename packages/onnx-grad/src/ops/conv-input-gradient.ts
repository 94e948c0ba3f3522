// The gradient of a convolution by its input, as a convolution with constant weights, since runtimes run that fastest
// (blocked kernels; ConvTranspose uses im2col at a third of the rate). Stride 1: convolve the cotangent with the weight
// flipped in space and transposed in channels. Stride s: an input position of phase p (its padded index mod s) meets
// only the kernel taps of that phase, so each phase is a stride-1 convolution with a sub-kernel. The phases are
// interleaved by concatenation, which is several times faster than a transposition.
import type { Builder } from '../graph/builder.ts';
import type { Value } from '../graph/graph.ts';
import type { Shape } from '../graph/shape.ts';
import type { Windows } from './windows.ts';

/** Gradient by the input of shape `x`, given the cotangent of the output and the weight [O, C / groups, ...]. */
export function convInputGradient(
  g: Builder,
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
export function swapChannels(g: Builder, weight: Value, groups: number): Value {
  const [o, c, ...rest] = weight.shape as [number, number, ...number[]];
  const tail = rest.map((_, i) => i + 3);
  const split = g.reshape(weight, [groups, o / groups, c, ...rest]);
  return g.reshape(g.transpose(split, [0, 2, 1, ...tail]), [groups * c, o / groups, ...rest]);
}

/** Reverses every spatial axis. */
export function flipSpatial(g: Builder, weight: Value): Value {
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
  g: Builder,
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
  g: Builder,
  cotangent: Value,
  weight: Value,
  x: Shape,
  { strides, before, kernel, groups }: Windows & { groups: number },
): Value {
  const [n, c, ...spatial] = x as [number, number, ...number[]];
  const axes = spatial.map((_, i) => i + 2);
  const swapped = swapChannels(g, weight, groups);
  // Phase grids cover the padded input from its first position; in the end only the input itself is kept.
  const count = spatial.map((size, i) => Math.ceil((size + before[i]!) / strides[i]!));
  const writePhase = (phase: readonly number[]): Value => {
    const taps = phase.map((p, i) => Math.ceil((kernel[i]! - p) / strides[i]!));
    if (taps.some((t) => t <= 0)) return g.zeros(cotangent.dtype, [n, c, ...count]);
    const sub = flipSpatial(g, g.slice(swapped, axes, phase, kernel, strides));
    const last = count.map((m, i) => m - cotangent.shape[i + 2]!);
    return convolve(
      g,
      cotangent,
      sub,
      taps.map((t) => t - 1),
      last,
      axes.map(() => 1),
      groups,
    );
  };
  const woven = weave(g, [], strides, writePhase);
  const ends = spatial.map((size, i) => size + before[i]!);
  return g.slice(woven, axes, [...before], ends);
}

// Interleaves the phases of each axis position by position, the last axis first.
function weave(
  g: Builder,
  phase: readonly number[],
  strides: readonly number[],
  writePhase: (phase: readonly number[]) => Value,
): Value {
  if (phase.length === strides.length) return writePhase(phase);
  const stride = strides[phase.length]!;
  const parts = Array.from({ length: stride }, (_, p) => weave(g, [...phase, p], strides, writePhase));
  if (stride === 1) return parts[0]!;
  const axis = phase.length + 2;
  const [outer, inner] = [parts[0]!.shape.slice(0, axis + 1), parts[0]!.shape.slice(axis + 1)];
  const joined = g.concat(
    parts.map((part) => g.reshape(part, [...outer, 1, ...inner])),
    axis + 1,
  );
  return g.reshape(joined, [...outer.slice(0, -1), outer.at(-1)! * stride, ...inner]);
}

// Stride and dilation together: insert zeros into the cotangent, then proceed as for stride 1.
function zeroStuffed(
  g: Builder,
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
