import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { GraphBuilder } from '../builder.ts';
import { writeOnnx } from '../onnx/write.ts';
import { onnxInputs } from './inputs.ts';

describe('onnxInputs', () => {
  it('gives sizes of axes, and names of those that are open', () => {
    const file = new URL('../../fixtures/superresolution-torchscript17.onnx', import.meta.url);
    const [input, ...rest] = onnxInputs(readFileSync(file));
    expect(rest).toEqual([]);
    expect(input!.dims).toHaveLength(4);
    expect(input!.dims![1]).toBe(3);
    expect(typeof input!.dims![2]).toBe('string');
  });

  it('leaves weights out', () => {
    const g = new GraphBuilder('model');
    const w = g.initializer('w', { dtype: 'float32', shape: [2], data: Float32Array.of(1, 2) });
    g.output('y', g.add(g.input('x', 'float32', [2]), w));
    expect(onnxInputs(writeOnnx(g.build()))).toEqual([{ name: 'x', dims: [2] }]);
  });

  it('refuses what is no model', () => {
    expect(() => onnxInputs(Uint8Array.of(1, 2, 3))).toThrow('not an ONNX model');
  });
});
