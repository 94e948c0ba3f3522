import { fromBinary } from '@bufbuild/protobuf';
import { describe, expect, it } from 'vitest';
import { GraphBuilder } from '../builder.ts';
import { runOnce } from '../testing/run.ts';
import { ModelProtoSchema } from './onnx_pb.ts';
import { writeOnnx } from './write.ts';

describe('writeOnnx', () => {
  it('keeps public names apart from what values are called inside', async () => {
    const g = new GraphBuilder();
    const x = g.input('x', 'float32', [2]);
    const inner = g.op('Add', [x, x], {}, 'y');
    g.output('y', g.op('Mul', [inner, x]));
    g.output('sum', inner);
    expect(await runOnce(g.build(), { x: Float32Array.of(2, 3) })).toEqual({
      y: Float32Array.of(8, 18),
      sum: Float32Array.of(4, 6),
    });
  });

  it('gives one value two public names, and an input one', async () => {
    const g = new GraphBuilder();
    const x = g.input('x', 'float32', [1]);
    const y = g.neg(x);
    g.output('a', y);
    g.output('b', y);
    g.output('same', x);
    const one = Float32Array.of(-1);
    expect(await runOnce(g.build(), { x: Float32Array.of(1) })).toEqual({ a: one, b: one, same: Float32Array.of(1) });
  });

  it('with an open batch declares the shapes of small values alone, by which ONNX Runtime takes their memory over', () => {
    const g = new GraphBuilder();
    const small = g.op('Neg', [g.input('x', 'float32', [1, 4, 8])], {}, 'small');
    const large = g.op('Neg', [g.input('y', 'float32', [1, 4, 8000])], {}, 'large');
    g.output('a', g.neg(small));
    g.output('b', g.neg(large));
    const declared = (openBatch: boolean) =>
      fromBinary(ModelProtoSchema, writeOnnx(g.build(), { openBatch })).graph!.valueInfo.map(({ name }) => name);
    expect(declared(true)).toEqual(['small']);
    expect(declared(false)).toEqual([]);
  });
});
