// Transposed convolution: the input gradient of a convolution, as an operator. x [N, C, ...], weight [C, O / groups,
// ...], bias [O]. So its own input gradient is that convolution, and its weight gradient is the convolution's with x
// and the cotangent swapped.
import { GraphError } from '../graph/error.ts';
import type { Attributes } from '../graph/graph.ts';
import type { Shape } from '../graph/shape.ts';
import { readNumber, readNumbers, readString } from './attributes.ts';
import { CONV_ATTRIBUTES } from './conv.ts';
import { convWeightGradient } from './conv-weight-gradient.ts';
import type { Operator } from './operator.ts';
import type { Windows } from './windows.ts';

/** The output's spatial size, and the windows of the convolution that maps the output back onto the input. */
export function transposedGeometry(
  x: Shape,
  weight: Shape,
  attributes: Attributes,
): { spatial: number[]; windows: Windows & { groups: number } } {
  const [inputs, kernel] = [x.slice(2), weight.slice(2)];
  const groups = readNumber(attributes, 'group', 1);
  if (x.length < 3 || kernel.length !== inputs.length || weight[0] !== x[1] || x[1]! % groups !== 0)
    throw new GraphError('shape', `weight [${weight}] with group ${groups} does not fit input [${x}]`);
  const all = (n: number): number[] => inputs.map(() => n);
  const strides = readNumbers(attributes, 'strides', all(1));
  const dilations = readNumbers(attributes, 'dilations', all(1));
  const extra = readNumbers(attributes, 'output_padding', all(0));
  const auto = readString(attributes, 'auto_pad', 'NOTSET');
  const same = auto.startsWith('SAME') ? inputs.map((n, i) => n * strides[i]!) : undefined;
  const wanted = attributes.output_shape ? readNumbers(attributes, 'output_shape', []) : same;
  const pads = readNumbers(attributes, 'pads', [...all(0), ...all(0)]);
  // The reach of the kernel's taps, without pads.
  const reach = inputs.map((n, i) => strides[i]! * (n - 1) + dilations[i]! * (kernel[i]! - 1) + 1);
  const before = inputs.map((_, i) => {
    if (!wanted) return pads[i]!;
    const total = Math.max(0, reach[i]! + extra[i]! - wanted[i]!);
    return auto === 'SAME_UPPER' ? Math.floor(total / 2) : total - Math.floor(total / 2);
  });
  const spatial = reach.map((n, i) => wanted?.[i] ?? n + extra[i]! - before[i]! - pads[inputs.length + i]!);
  if (spatial.some((n) => !(n > 0))) throw new GraphError('shape', `an output of [${spatial}]`);
  const after = reach.map((n, i) => n - spatial[i]! - before[i]!);
  return { spatial, windows: { kernel, strides, dilations, before, after, out: inputs, groups } };
}

/** Transposed convolution. */
export const ConvTranspose: Operator = {
  name: 'ConvTranspose',
  arity: [2, 3],
  attributes: { ...CONV_ATTRIBUTES, output_padding: 'ints', output_shape: 'ints' },
  infer: ({ I, attributes }) => {
    const [x, weight] = [I(0), I(1)];
    const { spatial, windows } = transposedGeometry(x.shape, weight.shape, attributes);
    return [{ dtype: x.dtype, shape: [x.shape[0]!, weight.shape[1]! * windows.groups, ...spatial] }];
  },
  keeps: { inputs: [0, 1] },
  vjp: ({ g, I, GO, wants, attributes }) => {
    const { windows } = transposedGeometry(I(0).shape, I(1).shape, attributes);
    const { before, after, groups, strides, dilations, kernel } = windows;
    const axes = kernel.map((_, i) => i + 2);
    // Output padding is outside all windows, so it is cropped before the convolution.
    const crop = [0, 0, ...after.map((n) => Math.min(n, 0))];
    const cropped = g.pad(
      GO(0),
      crop.map(() => 0),
      crop,
    );
    const byInput = () =>
      g.op('Conv', [cropped, I(1)], {
        kernel_shape: [...kernel],
        pads: [...before, ...after.map((n) => Math.max(n, 0))],
        strides: [...strides],
        dilations: [...dilations],
        group: groups,
      });
    return [
      wants(0) ? byInput() : undefined,
      wants(1) ? convWeightGradient(g, GO(0), I(0), I(1).shape, windows) : undefined,
      wants(2) ? g.sum(GO(0), [0, ...axes], false) : undefined,
    ];
  },
};
