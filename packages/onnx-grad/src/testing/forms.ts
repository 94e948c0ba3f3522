// Older and composite forms of operators, as small models: what the importer must read as ONNX Runtime does.
import type { TensorData } from '../graph/graph.ts';
import type { FunctionProto, NodeProto } from '../onnx/onnx_pb.ts';
import { foreignBranch, foreignFunction, foreignNode } from './foreign.ts';

/** A vector of int64. */
export const ints = (...values: number[]): TensorData => ({
  dtype: 'int64',
  shape: [values.length],
  data: BigInt64Array.from(values, BigInt),
});
/** A vector of float32. */
export const floats = (...values: number[]): TensorData => ({
  dtype: 'float32',
  shape: [values.length],
  data: Float32Array.from(values),
});
const scalar = (value: number): TensorData => ({ dtype: 'int64', shape: [], data: BigInt64Array.of(BigInt(value)) });

/** A model of one input x and one output y in a form that the importer rewrites. */
export interface Form {
  readonly what: string;
  readonly opset: number;
  readonly x: readonly number[];
  readonly nodes: readonly NodeProto[];
  readonly initializers?: Readonly<Record<string, TensorData>>;
  readonly functions?: readonly FunctionProto[];
}

/** Attributes of a node. */
export type Settings = NonNullable<Parameters<typeof foreignNode>[3]>;

/** A form of one node. */
export const one = (
  what: string,
  opset: number,
  x: readonly number[],
  op: string,
  inputs: readonly (string | TensorData)[] = ['x'],
  attributes: Settings = {},
): Form => {
  const names = inputs.map((input, i) => (typeof input === 'string' ? input : `i${i}`));
  const initializers = Object.fromEntries(
    inputs.flatMap((input, i) => (typeof input === 'string' ? [] : [[`i${i}`, input]])),
  );
  return { what, opset, x, nodes: [foreignNode(op, names, ['y'], attributes)], initializers };
};

const square = foreignNode('Mul', ['a', 'a'], ['b']);
const leaky = foreignNode('LeakyRelu', ['b'], ['c'], { alpha: { ref: 'slope' } });

/** Each older or composite form. */
export const FORMS: readonly Form[] = [
  one('Squeeze with axes as attribute', 11, [1, 3, 1], 'Squeeze', ['x'], { axes: [2n] }),
  one('Unsqueeze with axes as attribute', 11, [2, 3], 'Unsqueeze', ['x'], { axes: [0n, 3n] }),
  one('ReduceMean with axes as attribute', 13, [2, 3, 4], 'ReduceMean', ['x'], { axes: [1n], keepdims: 0n }),
  one('ReduceSum with axes as attribute', 11, [2, 3, 4], 'ReduceSum', ['x'], { axes: [-1n] }),
  one('ReduceMax over all axes', 13, [2, 3], 'ReduceMax', ['x'], { keepdims: 0n }),
  one('ReduceLogSumExp with axes as attribute', 13, [2, 3], 'ReduceLogSumExp', ['x'], { axes: [1n] }),
  one('Clip with bounds as attributes', 10, [2, 3], 'Clip', ['x'], { min: -0.5, max: 0.25 }),
  one('Clip with one bound as attribute', 10, [2, 3], 'Clip', ['x'], { max: 0.25 }),
  one('Pad with pads as attribute', 10, [2, 3], 'Pad', ['x'], { pads: [0n, 1n, 1n, 2n], value: 0.5 }),
  one('Pad by reflection', 10, [1, 1, 4, 4], 'Pad', ['x'], { mode: 'reflect', pads: [0n, 0n, 1n, 2n, 0n, 0n, 2n, 1n] }),
  one('Slice with attributes', 9, [3, 5], 'Slice', ['x'], { starts: [1n, 0n], ends: [9223372036854775807n, -1n] }),
  one('Upsample 9, nearest', 9, [1, 1, 2, 3], 'Upsample', ['x', floats(1, 1, 2, 3)], { mode: 'nearest' }),
  one('Upsample 9, linear', 9, [1, 1, 3, 2], 'Upsample', ['x', floats(1, 1, 2, 2)], { mode: 'linear' }),
  one('Upsample 7', 7, [1, 1, 2, 2], 'Upsample', ['x'], { mode: 'nearest', scales: [1, 1, 2, 2] }),
  one('Resize 10, nearest, down', 10, [1, 1, 4, 6], 'Resize', ['x', floats(1, 1, 0.5, 0.5)], { mode: 'nearest' }),
  one('Resize 11 with empty roi', 11, [1, 1, 3, 4], 'Resize', ['x', floats(), floats(1, 1, 2, 2)], {
    mode: 'linear',
    coordinate_transformation_mode: 'pytorch_half_pixel',
  }),
  one('Resize 13 with sizes', 13, [1, 1, 3, 4], 'Resize', ['x', floats(), floats(), ints(1, 1, 5, 7)], {
    mode: 'linear',
    coordinate_transformation_mode: 'align_corners',
  }),
  one('Softmax before 13, over all that follows', 11, [2, 3, 4], 'Softmax'),
  one('Softmax before 13 on the last axis', 11, [2, 3], 'LogSoftmax', ['x'], { axis: 1n }),
  one('Softmax since 13', 13, [2, 3, 4], 'Softmax'),
  one('Dropout with a ratio', 10, [2, 3], 'Dropout', ['x'], { ratio: 0.5 }),
  one(
    'GroupNormalization 18, a scale a group',
    18,
    [2, 4, 3],
    'GroupNormalization',
    ['x', floats(1.5, -0.5), floats(0.25, 1)],
    { num_groups: 2n },
  ),
  one(
    'BatchNormalization 9',
    9,
    [2, 2, 3],
    'BatchNormalization',
    ['x', floats(2, 3), floats(1, 0), floats(0.5, 1), floats(2, 1)],
    {
      epsilon: 0.01,
      momentum: 0.8,
    },
  ),
  ...['nearest', 'linear', 'cubic'].map((mode) =>
    one(
      `Resize that crops, ${mode}`,
      13,
      [1, 1, 4, 5],
      'Resize',
      ['x', floats(0, 0, 0.2, -0.3, 1, 1, 0.9, 1.2), floats(), ints(1, 1, 3, 7)],
      { mode, coordinate_transformation_mode: 'tf_crop_and_resize', extrapolation_value: 2.5 },
    ),
  ),
  {
    what: 'Dropout with its mask',
    opset: 13,
    x: [2, 3],
    nodes: [
      foreignNode('Dropout', ['x'], ['a', 'mask']),
      foreignNode('Cast', ['mask'], ['m'], { to: 1n }),
      foreignNode('Add', ['a', 'm'], ['y']),
    ],
  },
  {
    what: 'the cast of log 0 to a whole number, where it is not taken',
    opset: 17,
    x: [4],
    initializers: { steps: ints(0, 1, 2, 3), one: ints(1), most: ints(15) },
    nodes: [
      foreignNode('Cast', ['steps'], ['f'], { to: 1n }),
      foreignNode('Log', ['f'], ['l']),
      foreignNode('Cast', ['l'], ['i'], { to: 7n }),
      foreignNode('Less', ['steps', 'one'], ['small']),
      foreignNode('Where', ['small', 'steps', 'i'], ['bucket']),
      foreignNode('Cast', ['bucket'], ['b'], { to: 1n }),
      foreignNode('Mul', ['b', 'x'], ['y']),
    ],
  },
  ...([{}, { reduction: 'sum' }, { ignore_index: 2n }, { reduction: 'none' }] as Settings[]).map((settings) =>
    one(
      `SoftmaxCrossEntropyLoss ${Object.keys(settings)}`,
      13,
      [3, 4],
      'SoftmaxCrossEntropyLoss',
      ['x', ints(1, 2, 0), floats(0.5, 1, 2, 3)],
      settings,
    ),
  ),
  one('NegativeLogLikelihoodLoss', 13, [3, 4], 'NegativeLogLikelihoodLoss', ['x', ints(1, 2, 0)]),
  one('Celu', 12, [2, 3], 'Celu', ['x'], { alpha: 1.5 }),
  one('Tan', 12, [2, 3], 'Tan'),
  one('ReduceLogSum', 13, [1, 3], 'ReduceLogSum', ['x'], { keepdims: 0n }),
  one('RMSNormalization', 23, [2, 3], 'RMSNormalization', ['x', floats(1, 2, 3)], { epsilon: 0.001 }),
  {
    what: 'Split with sizes as attribute',
    opset: 11,
    x: [2, 5],
    nodes: [
      foreignNode('Split', ['x'], ['a', 'b'], { axis: 1n, split: [2n, 3n] }),
      foreignNode('ReduceSum', ['b'], ['y']),
    ],
  },
  {
    what: 'Split in equal parts before 18',
    opset: 13,
    x: [2, 6],
    nodes: [foreignNode('Split', ['x'], ['a', 'b'], { axis: 1n }), foreignNode('Sub', ['a', 'b'], ['y'])],
  },
  {
    what: 'a shape computed from a shape',
    opset: 17,
    x: [2, 3, 4],
    initializers: { last: scalar(2), two: ints(2), minus: ints(-1), zero: ints(0) },
    nodes: [
      foreignNode('Shape', ['x'], ['s']),
      foreignNode('Gather', ['s', 'last'], ['n']),
      foreignNode('Unsqueeze', ['n', 'zero'], ['n1']),
      foreignNode('Div', ['n1', 'two'], ['half']),
      foreignNode('Concat', ['half', 'two', 'minus'], ['to'], { axis: 0n }),
      foreignNode('Reshape', ['x', 'to'], ['y']),
    ],
  },
  {
    what: 'a mask from ConstantOfShape, NonZero, Range and Where',
    opset: 17,
    x: [3, 3],
    initializers: { zero: scalar(0), one: scalar(1), zeros: ints(0), three: ints(3) },
    nodes: [
      foreignNode('ConstantOfShape', ['three'], ['ones'], { value: ints(1) }),
      foreignNode('NonZero', ['ones'], ['at']),
      foreignNode('Squeeze', ['at', 'zeros'], ['columns']),
      foreignNode('Size', ['columns'], ['count']),
      foreignNode('Range', ['zero', 'count', 'one'], ['rows']),
      foreignNode('Unsqueeze', ['rows', 'onesAxis'], ['rows1']),
      foreignNode('LessOrEqual', ['columns', 'rows1'], ['mask']),
      foreignNode('Constant', [], ['far'], { value_float: -5 }),
      foreignNode('Where', ['mask', 'x', 'far'], ['y']),
      foreignNode('Constant', [], ['onesAxis'], { value_ints: [1n] }),
    ],
  },
  {
    what: 'a local function with an attribute, called twice',
    opset: 17,
    x: [2, 3],
    functions: [foreignFunction('SquareLeaky', ['a'], ['c'], [square, leaky], 17, ['slope'])],
    nodes: [
      foreignNode('local::SquareLeaky', ['x'], ['h'], { slope: 0.5 }),
      foreignNode('Neg', ['h'], ['m']),
      foreignNode('local::SquareLeaky', ['m'], ['y'], { slope: 0.25 }),
    ],
  },
  {
    what: 'an If whose condition follows from shapes',
    opset: 17,
    x: [2, 3],
    initializers: { one: scalar(1), three: scalar(3) },
    nodes: [
      foreignNode('Shape', ['x'], ['s']),
      foreignNode('Gather', ['s', 'one'], ['n']),
      foreignNode('Equal', ['n', 'three'], ['is']),
      foreignNode('If', ['is'], ['y'], {
        then_branch: foreignBranch([foreignNode('Neg', ['x'], ['t'])], 't'),
        else_branch: foreignBranch([foreignNode('Exp', ['x'], ['e'])], 'e'),
      }),
    ],
  },
];
