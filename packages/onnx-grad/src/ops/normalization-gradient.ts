// The gradient that InstanceNormalization and GroupNormalization share. It recomputes the statistics from the input,
// centred first so that a large mean loses no digits, and sums over channels before groups: only five passes write
// a full-size tensor.
import type { Builder } from '../graph/builder.ts';
import type { Value } from '../graph/graph.ts';
import { sizeOf } from '../graph/shape.ts';

/** Gradients of a normalisation; a field is undefined where it is not wanted. */
export interface NormalizationGradient {
  /** By the input, [N, C, ...]. */
  readonly x: Value | undefined;
  /** By the scale of each channel, [C]. */
  readonly scale: Value | undefined;
  /** By the bias of each channel, [C]. */
  readonly bias: Value | undefined;
}

/**
 * Gradients of `scale (x - mean) / sqrt(variance + epsilon) + bias` with statistics over each of `groups` groups of
 * channels and all of space. x and cotangent are [N, C, ...], scale is [C].
 */
export function normalizationGradient(
  g: Builder,
  [x, scale, cotangent]: readonly [Value, Value, Value],
  groups: number,
  epsilon: number,
  wants: (k: number) => boolean,
): NormalizationGradient {
  const [n, c] = x.shape as [number, number];
  const split = [n, groups, c / groups, sizeOf(x.shape.slice(2))];
  const [xs, gs] = [g.reshape(x, split), g.reshape(cotangent, split)];
  const weight = g.reshape(scale, [1, groups, c / groups, 1]);
  const count = split[2]! * split[3]!;

  const sumOfCotangent = g.sum(gs, [3]);
  const bias = wants(2) ? g.reshape(g.sum(sumOfCotangent, [0]), [c]) : undefined;
  if (!wants(0) && !wants(1)) return { x: undefined, scale: undefined, bias };

  const centred = g.sub(xs, g.mean(xs, [2, 3]));
  const variance = g.scale(g.reduce('ReduceSumSquare', centred, [2, 3]), 1 / count);
  const inverse = g.op('Reciprocal', [g.op('Sqrt', [g.shift(variance, epsilon)])]);
  const sumOfProduct = g.sum(g.mul(gs, centred), [3]);
  const byScale = wants(1) ? g.reshape(g.sum(g.mul(sumOfProduct, inverse), [0]), [c]) : undefined;
  if (!wants(0)) return { x: undefined, scale: byScale, bias };

  // dx = inverse (h - mean h - xhat mean(h xhat)), h = scale cotangent, as (a cotangent + b centred) + offset.
  const overGroup = (perChannel: Value): Value => g.scale(g.sum(g.mul(perChannel, weight), [2]), -1 / count);
  const offset = g.mul(inverse, overGroup(sumOfCotangent));
  const b = g.mul(g.mul(inverse, g.mul(inverse, inverse)), overGroup(sumOfProduct));
  const a = g.mul(inverse, weight);
  const byInput = g.add(g.add(g.mul(gs, a), g.mul(centred, b)), offset);
  return { x: g.reshape(byInput, x.shape), scale: byScale, bias };
}
