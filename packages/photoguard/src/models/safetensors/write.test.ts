import { halfToFloat } from 'onnx-grad';
import { describe, expect, it } from 'vitest';
import { bytesSource } from './byte-source.ts';
import { readCheckpoint } from './checkpoint.ts';
import { floatToHalf, writeSafetensors } from './write.ts';

describe('writeSafetensors', () => {
  const tensors = new Map([
    ['b', { shape: [2, 1], data: Float32Array.of(1.5, -0.1) }],
    ['a', { shape: [], data: Float32Array.of(3) }],
  ]);

  it('is what a checkpoint reads back, exactly in float32', async () => {
    const checkpoint = await readCheckpoint('x', [
      bytesSource('x', writeSafetensors(tensors, { metadata: { format: 'pt' } })),
    ]);
    expect(checkpoint.names()).toEqual(['a', 'b']);
    expect(checkpoint.get('b')).toMatchObject({ dtype: 'float32', shape: [2, 1] });
    expect(await checkpoint.readTensor('b')).toEqual(Float32Array.of(1.5, -0.1));
  });

  it('rounds to half precision on request, and refuses what has none', async () => {
    const checkpoint = await readCheckpoint('x', [bytesSource('x', writeSafetensors(tensors, { dtype: 'F16' }))]);
    expect((await checkpoint.readTensor('b'))[1]).toBe(-0.0999755859375);
    const large = new Map([['w', { shape: [1], data: Float32Array.of(65520) }]]);
    expect(() => writeSafetensors(large, { dtype: 'F16' })).toThrow(/element 0 of w .* 65520/);
  });

  it('refuses data that does not fill its shape', () => {
    expect(() => writeSafetensors(new Map([['w', { shape: [3], data: new Float32Array(2) }]]))).toThrow(/2 elements/);
  });
});

describe('floatToHalf', () => {
  it('gives every half back', () => {
    for (let bits = 0; bits < 2 ** 16; bits++)
      if ((bits & 0x7c00) !== 0x7c00) expect(floatToHalf(halfToFloat(bits))).toBe(bits);
  });

  it('rounds ties to even, among small ones too', () => {
    expect(floatToHalf(1 + 2 ** -11)).toBe(0x3c00);
    expect(floatToHalf(1 + 3 * 2 ** -11)).toBe(0x3c02);
    expect(floatToHalf(2 ** -25)).toBe(0);
    expect(floatToHalf(-3 * 2 ** -25)).toBe(0x8002);
    expect(floatToHalf(1e-40)).toBe(0);
  });
});
