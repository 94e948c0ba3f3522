// Each older or composite form means after the import what ONNX Runtime says that it means before.
import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { vjp } from '../grad.ts';
import { GraphError } from '../graph/error.ts';
import type { TensorData } from '../graph/graph.ts';
import { sizeOf } from '../graph/shape.ts';
import type { NodeProto } from '../onnx/onnx_pb.ts';
import { foreignFunction, foreignModel, foreignNode, runForeign } from '../testing/foreign.ts';
import { FORMS, floats, ints, one, type Settings } from '../testing/forms.ts';
import { runOnce } from '../testing/run.ts';
import { importOnnx } from './import.ts';

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
    expect(xy(foreignNode('Neg', ['x'], ['y']), 6)).toThrow(/opset 6; importOnnx supports 7 to/);
    expect(xy(foreignNode('custom::Op', ['x'], ['y']))).toThrow(/Op \(node n\.y\): the model does not import/);
  });

  it('ends on a function that calls itself', () => {
    const again = foreignNode('local::Again', ['a'], ['c']);
    const functions = [foreignFunction('Again', ['a'], ['c'], [again], 17)];
    const bytes = foreignModel({ opset: 17, x: [2], functions, nodes: [foreignNode('local::Again', ['x'], ['y'])] });
    expect(() => importOnnx(bytes)).toThrow(/nested too deeply/);
  });
});
