import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GraphBuilder } from '../builder.ts';
import { GraphError } from '../graph/error.ts';
import type { Graph, Value } from '../graph/graph.ts';
import { isInline } from '../graph/graph.ts';
import { importOnnx } from '../import/import.ts';
import type { ModelProto } from './onnx_pb.ts';
import { ModelProtoSchema, NodeProtoSchema } from './onnx_pb.ts';
import { readOnnx } from './read.ts';
import { writeOnnx } from './write.ts';

// A graph of unary, binary, reducing and many-output operators over values picked at random.
const randomGraph = (picks: readonly number[]): Graph => {
  const g = new GraphBuilder('random');
  const values: Value[] = [
    g.input('x', 'float32', [2, 4]),
    g.initializer('w', { dtype: 'float32', shape: [4], data: Float32Array.of(1, -2, 0.5, 3) }),
    g.initializer('far', { dtype: 'float32', shape: [2, 4], file: 'weights.safetensors', offset: 96, length: 32 }),
    g.initializer('half', { dtype: 'float16', shape: [1], data: Uint16Array.of(0x3c00) }),
  ];
  values[3] = g.cast(values[3]!, 'float32');
  picks.forEach((pick, i) => {
    const [a, b] = [values[pick % values.length]!, values[(pick >> 4) % values.length]!];
    const made = [
      () => [g.op('Tanh', [a])],
      () => [g.add(a, b)],
      () => [g.op('LeakyRelu', [a], { alpha: 0.3 }, `leaky.${i}`)],
      () => [g.where(g.op('Greater', [a, b]), a, b)],
      () => [g.reduce('ReduceMean', a, [a.shape.length - 1])],
      () => [g.op('Clip', [a, undefined, g.scalar(2)])],
      () => [...g.ops('Split', [values[0]!], { axis: 1, num_outputs: 2 }, 2)].map((half) => g.sum(half, [1])),
    ][(pick >> 8) % 7]!();
    values.push(...made);
  });
  // Outputs that are a node's result, the same again, an input and an initializer.
  g.output('y', values.at(-1)!);
  g.output('again', values.at(-1)!);
  g.output('passed', values[0]!);
  g.output('stored', values[2]!);
  return g.build();
};

const described = (graph: Graph) => ({
  name: graph.name,
  inputs: graph.inputs,
  initializers: [...graph.initializers].map(([value, source]) => [value.name, source]),
  outputs: graph.outputs.map(({ name, value }) => [name, value.dtype, value.shape]),
  nodes: graph.nodes.map(({ op, domain, name, inputs, outputs, attributes }) => ({
    ...{ op, domain, name },
    inputs: inputs.map((value) => value && [value.dtype, value.shape]),
    outputs: outputs.map((value) => [value.dtype, value.shape]),
    attributes: Object.entries(attributes).map(([k, v]) => [k, typeof v === 'number' ? Math.fround(v) : v]),
  })),
});

describe('readOnnx', () => {
  it('is the inverse of writeOnnx on random graphs', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(2 ** 16), { minLength: 1, maxLength: 20 }), (picks) => {
        const graph = randomGraph(picks);
        const bytes = writeOnnx(graph);
        const back = readOnnx(bytes);
        expect(described(back)).toEqual(described(graph));
        expect(writeOnnx(back)).toEqual(bytes);
      }),
      { numRuns: 150, seed: 3 },
    );
  });

  it('refers to external data, or takes them from files that are given', () => {
    const bytes = writeOnnx(randomGraph([1]));
    const findSource = (graph: Graph) => [...graph.initializers].find(([value]) => value.name === 'far')![1];
    expect(findSource(readOnnx(bytes))).toMatchObject({ file: 'weights.safetensors', offset: 96, length: 32 });
    const file = new Uint8Array(128).map((_, i) => (i === 99 ? 0x40 : 0));
    const taken = findSource(readOnnx(bytes, { files: { 'weights.safetensors': file } }));
    expect(isInline(taken) && Array.from(taken.data as Float32Array)).toEqual([2, 0, 0, 0, 0, 0, 0, 0]);
    expect(() => readOnnx(bytes, { files: { 'weights.safetensors': file.subarray(0, 100) } })).toThrow(
      /4 bytes of data/,
    );
    expect(() => readOnnx(bytes, { files: { 'weights.bin': file } })).toThrow(
      /files: no tensor of the model is in "weights.bin"; its external data: "weights.safetensors"/,
    );
  });

  it('does not follow external data out of the folder of the model', () => {
    const from = (file: string): Uint8Array => {
      const g = new GraphBuilder();
      g.output('y', g.op('Neg', [g.initializer('w', { dtype: 'uint8', shape: [1], file, offset: 0, length: 1 })]));
      return writeOnnx(g.build());
    };
    const outside = [
      '../w',
      'a/../../w',
      'a\\..\\..\\w',
      '/etc/w',
      '\\w',
      '\\\\host\\w',
      'C:w',
      'file:///w',
      'w\0.bin',
    ];
    for (const file of outside) {
      expect(() => readOnnx(from(file)), file).toThrow(/tensor w: its data are in .* outside the model's folder/);
      expect(() => importOnnx(from(file)), file).toThrow(/outside the model's folder/);
      // Contents that the caller gives are nobody's path.
      expect(() => readOnnx(from(file), { files: { [file]: Uint8Array.of(1) } }), file).not.toThrow();
    }
    for (const file of ['w', 'a/w', 'a/w..x', '..w', './w']) expect(() => readOnnx(from(file)), file).not.toThrow();
  });

  it('reads the typed fields that other writers use', () => {
    const changed = (change: (tensor: NonNullable<ModelProto['graph']>['initializer'][number]) => void) => {
      const model = fromBinary(ModelProtoSchema, writeOnnx(randomGraph([1])));
      change(model.graph!.initializer.find((tensor) => tensor.name === 'w')!);
      return readOnnx(toBinary(ModelProtoSchema, model)).initializers;
    };
    const values = changed((tensor) => {
      tensor.rawData = new Uint8Array();
      tensor.floatData = [1, 2, 3, 4];
    });
    const [, source] = [...values].find(([value]) => value.name === 'w')!;
    expect(isInline(source) && Array.from(source.data as Float32Array)).toEqual([1, 2, 3, 4]);
    expect(() => changed((tensor) => (tensor.rawData = new Uint8Array(3)))).toThrow(/3 bytes of data/);
    expect(() => changed((tensor) => (tensor.dataType = 8))).toThrow(/element type STRING is not supported/);
  });

  it.each<[string, RegExp, (model: ModelProto) => void]>([
    ['a cycle', /cycle/, (m) => void (m.graph!.node[0]!.input[0] = m.graph!.node.at(-1)!.output[0]!)],
    ['a missing value', /reads nowhere, which nothing/, (m) => void (m.graph!.node[0]!.input[0] = 'nowhere')],
    ['an unknown operator', /Frobnicate is not known/, (m) => void (m.graph!.node[0]!.opType = 'Frobnicate')],
    ['control flow', /control flow is not supported: export/, (m) => void (m.graph!.node[0]!.opType = 'Loop')],
    ['another opset', /use importOnnx/, (m) => void (m.opsetImport[0]!.version = 17n)],
    [
      'a name made twice',
      /made once/,
      (m) => void m.graph!.node.push(create(NodeProtoSchema, { opType: 'Neg', input: ['x'], output: ['y'] })),
    ],
  ])('says what is wrong with %s', (_, message, change) => {
    const g = new GraphBuilder();
    g.output('y', g.op('Tanh', [g.op('Exp', [g.input('x', 'float32', [2])])]));
    const model = fromBinary(ModelProtoSchema, writeOnnx(g.build()));
    change(model);
    const read = (): Graph => readOnnx(toBinary(ModelProtoSchema, model));
    expect(read).toThrow(GraphError);
    expect(read).toThrow(message);
  });

  it('refuses what is no model', () => {
    for (const bytes of [new Uint8Array(), new TextEncoder().encode('<!doctype html>'), new Uint8Array(100).fill(255)])
      expect(() => readOnnx(bytes)).toThrow(GraphError);
  });
});
