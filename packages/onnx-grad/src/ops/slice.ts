// Slice, Pad (constant) and Concat: the transposes of one another.

import { toNumbers } from '../graph/dtype.ts';
import { GraphError } from '../graph/error.ts';
import { computeStrides, normalizeAxis, sizeOf } from '../graph/shape.ts';
import { readNumber } from './attributes.ts';
import { makeTensor } from './fold.ts';
import type { InferContext, Operator } from './operator.ts';

/** The range of a Slice on one axis: `count` elements from `start`, `step` apart. */
export interface AxisRange {
  readonly axis: number;
  readonly start: number;
  readonly step: number;
  readonly count: number;
}

/** The ranges of a Slice, with starts and ends clamped as in ONNX. */
export function readRanges({ inputs, I, numbers }: Pick<InferContext, 'inputs' | 'I' | 'numbers'>): AxisRange[] {
  const { shape } = I(0);
  const [starts, ends] = [numbers(1), numbers(2)];
  const axes = inputs[3] ? numbers(3) : starts.map((_, i) => i);
  const steps = inputs[4] ? numbers(4) : starts.map(() => 1);
  return axes.map((given, i) => {
    const axis = normalizeAxis(given, shape.length);
    const [size, step] = [shape[axis]!, steps[i]!];
    if (step === 0) throw new GraphError('shape', 'a step of 0');
    const from = starts[i]! < 0 ? starts[i]! + size : starts[i]!;
    const to = ends[i]! < 0 ? ends[i]! + size : ends[i]!;
    const clamp = (v: number, low: number, high: number): number => Math.min(Math.max(v, low), high);
    const start = step > 0 ? clamp(from, 0, size) : clamp(from, 0, size - 1);
    const end = step > 0 ? clamp(to, 0, size) : clamp(to, -1, size - 1);
    return { axis, start, step, count: Math.max(0, Math.ceil((end - start) / step)) };
  });
}

/** Part of a tensor. Its gradient puts the cotangent back where it was, with zeros elsewhere. */
export const Slice: Operator = {
  name: 'Slice',
  arity: [3, 5],
  attributes: {},
  infer: (context) => {
    const shape = [...context.I(0).shape];
    for (const { axis, count } of readRanges(context)) shape[axis] = count;
    return [{ dtype: context.I(0).dtype, shape }];
  },
  fold: (inputs, _, output) => {
    const x = inputs[0]!;
    const constant = (k: number) => (inputs[k] ? toNumbers(inputs[k].dtype, inputs[k].data) : []);
    const value = { name: '', dtype: x.dtype, shape: x.shape };
    const ranges = readRanges({ inputs: inputs.map((t) => t && value), I: () => value, numbers: constant });
    const [strides, outStrides] = [computeStrides(x.shape), computeStrides(output.shape)];
    const data = toNumbers(x.dtype, x.data);
    return makeTensor(
      output,
      Array.from({ length: sizeOf(output.shape) }, (_, at) => {
        let index = 0;
        for (let axis = 0; axis < x.shape.length; axis++) {
          const i = Math.floor(at / outStrides[axis]!) % output.shape[axis]!;
          const range = ranges.find((r) => r.axis === axis);
          index += (range ? range.start + i * range.step : i) * strides[axis]!;
        }
        return data[index]!;
      }),
    );
  },
  vjp: ({ g, I, node, numbers, GO }) => {
    const { shape } = I(0);
    let gradient = GO(0);
    const ranges = readRanges({ inputs: node.inputs, I, numbers });
    if (ranges.some(({ count }) => count === 0)) return [g.zeros(gradient.dtype, shape)];
    for (const { axis, start, step, count } of ranges) {
      const size = shape[axis]!;
      // Backward steps first become forward ones, then gaps are filled with zeros, then the ends.
      if (step < 0) gradient = g.slice(gradient, [axis], [-1], [-(2 ** 31)], [-1]);
      const first = step < 0 ? start + (count - 1) * step : start;
      const apart = Math.abs(step);
      if (apart > 1) {
        const [outer, inner] = [gradient.shape.slice(0, axis), gradient.shape.slice(axis + 1)];
        const one = g.reshape(gradient, [...outer, count, 1, ...inner]);
        const after = one.shape.map((_, i) => (i === axis + 1 ? apart - 1 : 0));
        const filled = g.pad(
          one,
          after.map(() => 0),
          after,
        );
        gradient = g.reshape(filled, [...outer, count * apart, ...inner]);
      }
      const length = gradient.shape[axis]!;
      const at = (n: number): number[] => shape.map((_, i) => (i === axis ? n : 0));
      gradient = g.pad(gradient, at(first), at(size - first - length));
    }
    return [gradient];
  },
};

/** Values side by side on an axis. */
export const Concat: Operator = {
  name: 'Concat',
  arity: [1, Number.POSITIVE_INFINITY],
  attributes: { axis: 'int' },
  infer: ({ I, inputs, attributes }) => {
    const axis = normalizeAxis(readNumber(attributes, 'axis', 0), I(0).shape.length);
    const shape = [...I(0).shape];
    inputs.forEach((_, k) => {
      const { shape: other, dtype } = I(k);
      if (dtype !== I(0).dtype) throw new GraphError('dtype', `operands are ${I(0).dtype} and ${dtype}`);
      if (other.length !== shape.length || other.some((n, i) => i !== axis && n !== shape[i]))
        throw new GraphError('shape', `the shapes differ beyond axis ${axis}`);
      if (k > 0) shape[axis]! += other[axis]!;
    });
    return [{ dtype: I(0).dtype, shape }];
  },
  fold: (inputs, attributes, output) => {
    const axis = normalizeAxis(readNumber(attributes, 'axis', 0), output.shape.length);
    const outer = sizeOf(output.shape.slice(0, axis));
    const parts = inputs.map((t) => ({ data: toNumbers(t!.dtype, t!.data), run: sizeOf(t!.shape.slice(axis)) }));
    const rows = Array.from({ length: outer }, (_, i) =>
      parts.flatMap(({ data, run }) => data.slice(i * run, (i + 1) * run)),
    );
    return makeTensor(output, rows.flat());
  },
  vjp: ({ g, I, node, GO, wants, attributes }) => {
    const axis = normalizeAxis(readNumber(attributes, 'axis', 0), I(0).shape.length);
    let start = 0;
    return node.inputs.map((_, k) => {
      const from = start;
      start += I(k).shape[axis]!;
      return wants(k) ? g.slice(GO(0), [axis], [from], [start]) : undefined;
    });
  },
};
