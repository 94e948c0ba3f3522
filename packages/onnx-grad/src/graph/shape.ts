// Shapes are plain arrays of non-negative integers, all known when a graph is built. These are the rules every
// operator shares: counting, axes, and the broadcasting of ONNX (and NumPy).
import { GraphError } from './error.ts';

/** Sizes of a tensor's axes, outermost first; [] is a scalar. */
export type Shape = readonly number[];

/** Number of elements. */
export const sizeOf = (shape: Shape): number => shape.reduce((product, n) => product * n, 1);

/** Whether two shapes are equal, axis by axis. */
export const sameShape = (a: Shape, b: Shape): boolean => a.length === b.length && a.every((n, i) => n === b[i]);

/** Row-major strides, in elements. */
export function computeStrides(shape: Shape): number[] {
  const strides = new Array<number>(shape.length).fill(1);
  for (let i = shape.length - 2; i >= 0; i--) strides[i] = strides[i + 1]! * shape[i + 1]!;
  return strides;
}

/** An axis counted from the front: -1 is the last. @throws GraphError if there is no such axis */
export function normalizeAxis(axis: number, rank: number): number {
  const positive = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(axis) || positive < 0 || positive >= Math.max(rank, 1))
    throw new GraphError('shape', `axis ${axis} does not exist in a tensor of rank ${rank}`);
  return positive;
}

/** Several axes counted from the front, sorted, each once. @throws GraphError on a repeated axis */
export function normalizeAxes(axes: readonly number[], rank: number): number[] {
  const positive = axes.map((axis) => normalizeAxis(axis, rank)).sort((a, b) => a - b);
  if (new Set(positive).size !== positive.length) throw new GraphError('shape', `axes [${axes}] name one axis twice`);
  return positive;
}

/** The shape that all given ones broadcast to. @throws GraphError if two sizes differ and neither is 1 */
export function broadcastShapes(...shapes: Shape[]): number[] {
  const rank = Math.max(0, ...shapes.map((s) => s.length));
  const out = new Array<number>(rank).fill(1);
  for (const shape of shapes)
    shape.forEach((n, i) => {
      const at = rank - shape.length + i;
      if (n !== 1 && out[at] !== 1 && out[at] !== n)
        throw new GraphError('shape', `shapes ${shapes.map((s) => `[${s}]`).join(' and ')} do not broadcast`);
      if (n !== 1) out[at] = n;
    });
  return out;
}

/** A shape after reducing `axes`: kept as 1, or dropped. */
export function reducedShape(shape: Shape, axes: readonly number[], keepdims: boolean): number[] {
  return keepdims ? shape.map((n, i) => (axes.includes(i) ? 1 : n)) : shape.filter((_, i) => !axes.includes(i));
}
