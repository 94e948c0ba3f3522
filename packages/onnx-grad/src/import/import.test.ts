// Each older or composite form means after the import what ONNX Runtime says that it means before.
import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { vjp } from '../grad.ts';
import { GraphError } from '../graph/error.ts';
import type { TensorData } from '../graph/graph.ts';
import { sizeOf } from '../graph/shape.ts';
import type { FunctionProto, NodeProto } from '../onnx/onnx_pb.ts';
import { foreignBranch, foreignFunction, foreignModel, foreignNode, runForeign } from '../testing/foreign.ts';
import { runOnce } from '../testing/run.ts';
import { importOnnx } from './import.ts';

const ints = (...values: number[]): TensorData => ({
  dtype: 'int64',
  shape: [values.length],
  data: BigInt64Array.from(values, BigInt),
});
const floats = (...values: number[]): TensorData => ({
  dtype: 'float32',
  shape: [values.length],
  data: Float32Array.from(values),
});
const scalar = (value: number): TensorData => ({ dtype: 'int64', shape: [], data: BigInt64Array.of(BigInt(value)) });

interface Form {
  readonly what: string;
  readonly opset: number;
  readonly x: readonly number[];
  readonly nodes: readonly NodeProto[];
  readonly initializers?: Readonly<Record<string, TensorData>>;
  readonly functions?: readonly FunctionProto[];
}

type Settings = NonNullable<Parameters<typeof foreignNode>[3]>;

const one = (
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

const FORMS: readonly Form[] = [
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

// Positive and negative values, none the same. ReduceLogSum and the like take the positive end.
const dataFor = (shape: readonly number[], positive: boolean): Float32Array =>
  Float32Array.from({ length: sizeOf(shape) }, (_, i) => Math.sin(1 + 2.3 * i) + (positive ? 1.5 : 0));

describe('importOnnx', () => {
  it.each(FORMS.map((form) => [form.what, form] as const))('%s', async (what, form) => {
    const bytes = foreignModel(form);
    const data = dataFor(form.x, what === 'ReduceLogSum');
    const expected = await runForeign(bytes, new ort.Tensor('float32', data, form.x));
    const graph = importOnnx(bytes);
    expect(graph.outputs[0]!.value.shape).toEqual(expected.shape);
    const { y } = await runOnce(graph, { x: data });
    expect(y!.length).toBe(expected.data.length);
    for (let i = 0; i < y!.length; i++) expect(y![i]).toBeCloseTo(expected.data[i] as number, 5);
  });

  it('leaves nothing of shape arithmetic, identities and inference-mode dropout', () => {
    const form = FORMS.find(({ what }) => what === 'a shape computed from a shape')!;
    expect(importOnnx(foreignModel(form)).nodes.map((node) => node.op)).toEqual(['Reshape']);
    const nodes = [
      foreignNode('Identity', ['x'], ['a']),
      foreignNode('Dropout', ['a'], ['b']),
      foreignNode('Cast', ['b'], ['c'], { to: 1n }),
      foreignNode('Neg', ['c'], ['y']),
    ];
    expect(importOnnx(foreignModel({ opset: 17, x: [2], nodes })).nodes.map((node) => node.op)).toEqual(['Neg']);
  });

  it('binds dynamic axes by name or by input, and says how where they are unbound', () => {
    const bytes = foreignModel({ opset: 17, x: ['batch', 3], nodes: [foreignNode('Neg', ['x'], ['y'])] });
    expect(importOnnx(bytes, { dims: { batch: 4 } }).inputs[0]!.shape).toEqual([4, 3]);
    expect(importOnnx(bytes, { inputShapes: { x: [5, 3] } }).outputs[0]!.value.shape).toEqual([5, 3]);
    expect(() => importOnnx(bytes)).toThrow(/input x is \[batch,3\]: give dims: \{ "batch"/);
    expect(() => importOnnx(bytes, { inputShapes: { x: [5, 4] } })).toThrow(/\[5,4\] was given/);
    expect(() => importOnnx(bytes, { inputShapes: { z: [1] } })).toThrow(/no input z/);
    expect(() => importOnnx(bytes, { dims: { length: 2 } })).toThrow(/no dynamic axis length/);
    expect(() => importOnnx(bytes, { dims: { batch: -1 } })).toThrow(GraphError);
  });

  it('keeps the names of outputs apart from all others, also in what is derived', () => {
    const nodes = [foreignNode('Add', ['x', 'x'], ['a']), foreignNode('Mul', ['a', 'x'], ['add_0'])];
    nodes[0]!.name = 'add_0';
    const graph = importOnnx(foreignModel({ opset: 17, x: [2], nodes, output: { name: 'add_0', dtype: 'float32' } }));
    const names = graph.nodes.flatMap((node) => node.outputs.map((value) => value.name));
    expect(new Set(names).size).toBe(names.length);
    expect(graph.outputs[0]!.value.name).toBe('add_0');
  });

  it('keeps the names of weights, also small ones with names that exporters make up', () => {
    const names = ['val_12', 'onnx::MatMul_3', 'const_1', 'scalar_tensor', 'a_output_0'];
    const nodes = names.map((name, i) => foreignNode('Mul', [i === 0 ? 'x' : `h${i}`, name], [`h${i + 1}`]));
    nodes.push(foreignNode('Neg', [`h${names.length}`], ['y']));
    const initializers = Object.fromEntries(names.map((name) => [name, floats(1, 2, 3)]));
    const graph = importOnnx(foreignModel({ opset: 17, x: [2, 3], nodes, initializers }));
    const pull = vjp(graph, { outputs: ['y'], wrt: names });
    expect(pull.outputs.map(({ name }) => name)).toEqual(names.map((name) => `grad.${name}`));
  });

  it('refuses how a Resize is not done', () => {
    const resize = (attributes: Settings, roi: TensorData) =>
      foreignModel(one('', 13, [1, 1, 4, 4], 'Resize', ['x', roi, floats(), ints(1, 1, 3, 3)], attributes));
    expect(() => importOnnx(resize({ coordinate_transformation_mode: 'sideways' }, floats()))).toThrow(
      /Resize \(node n\.y\).*coordinate_transformation_mode must be one of .*not sideways/,
    );
    expect(() => importOnnx(resize({ coordinate_transformation_mode: 'tf_crop_and_resize' }, floats()))).toThrow(
      /needs a roi of 8 numbers, not 0/,
    );
  });

  const xy = (node: NodeProto, opset = 17): (() => unknown) => {
    return () => importOnnx(foreignModel({ opset, x: [2, 3], nodes: [node] }));
  };

  it('names operator and node of what it cannot do', () => {
    expect(xy(foreignNode('Unique', ['x'], ['y']))).toThrow(/Unique \(node n\.y\): operator Unique is not known/);
    expect(xy(foreignNode('Loop', ['x'], ['y']))).toThrow(/Loop \(node n\.y\): control flow is not supported: export/);
    expect(xy(foreignNode('NonZero', ['x'], ['y']))).toThrow(/NonZero \(node n\.y\).*must be a constant/);
    expect(xy(foreignNode('Neg', ['nowhere'], ['y']))).toThrow(/Neg \(node n\.y\): it reads nowhere/);
    expect(xy(foreignNode('Neg', ['y'], ['y']))).toThrow(/cycle/);
    expect(xy(foreignNode('Neg', ['x'], ['y']), 6)).toThrow(/opset 6; importOnnx takes 7 to/);
    expect(xy(foreignNode('custom::Op', ['x'], ['y']))).toThrow(/Op \(node n\.y\): the model does not import/);
  });

  it('ends on a function that calls itself', () => {
    const again = foreignNode('local::Again', ['a'], ['c']);
    const functions = [foreignFunction('Again', ['a'], ['c'], [again], 17)];
    const bytes = foreignModel({ opset: 17, x: [2], functions, nodes: [foreignNode('local::Again', ['x'], ['y'])] });
    expect(() => importOnnx(bytes)).toThrow(/nested too deeply/);
  });
});
