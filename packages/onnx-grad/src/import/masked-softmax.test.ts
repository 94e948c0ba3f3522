// Rows that an attention mask hides whole: zeros, as ONNX Runtime and PyTorch have them, and gradients that are numbers.
import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { vjp } from '../grad.ts';
import type { TensorData } from '../graph/graph.ts';
import { foreignModel, foreignNode, runForeign } from '../testing/foreign.ts';
import { runOnce } from '../testing/run.ts';
import { importOnnx } from './import.ts';

const [ROWS, COLUMNS, WIDTH] = [3, 4, 2];
const LOWEST = -(2 - 2 ** -23) * 2 ** 127;
const data = Float32Array.from({ length: 4 * WIDTH }, (_, i) => Math.sin(1 + 2.3 * i));

// Row 0 sees nothing; the others see some.
const seen = (i: number): boolean => Math.floor(i / COLUMNS) > 0 && i % COLUMNS !== 1;
const numbers = (hidden: number): TensorData => ({
  dtype: 'float32',
  shape: [1, 1, ROWS, COLUMNS],
  data: Float32Array.from({ length: ROWS * COLUMNS }, (_, i) => (seen(i) ? 0 : hidden)),
});
const flags: TensorData = {
  dtype: 'bool',
  shape: [1, 1, ROWS, COLUMNS],
  data: Uint8Array.from({ length: ROWS * COLUMNS }, (_, i) => (seen(i) ? 1 : 0)),
};
const constant = (dtype: 'float32' | 'int64', ...values: number[]): TensorData => ({
  dtype,
  shape: dtype === 'int64' ? [values.length] : [],
  data: dtype === 'int64' ? BigInt64Array.from(values, BigInt) : Float32Array.from(values),
});

// Queries are the first rows of x, keys and values all of it.
const start = [foreignNode('Slice', ['x', 'from', 'to', 'axis'], ['q'])];
const common = { from: constant('int64', 0), to: constant('int64', ROWS), axis: constant('int64', 2) };
const attention = (mask: TensorData) => ({
  opset: 23,
  initializers: { ...common, mask },
  nodes: [...start, foreignNode('Attention', ['q', 'x', 'x', 'mask'], ['y'])],
});
const scores = [
  ...start,
  foreignNode('Transpose', ['x'], ['k'], { perm: [0n, 1n, 3n, 2n] }),
  foreignNode('MatMul', ['q', 'k'], ['products']),
  foreignNode('Add', ['products', 'mask'], ['scores']),
  foreignNode('Softmax', ['scores'], ['softmax'], { axis: -1n }),
];
const withMask = { ...common, mask: numbers(Number.NEGATIVE_INFINITY), zero: constant('float32', 0) };

const MODELS = {
  'Attention, boolean mask': attention(flags),
  'Attention, mask of -infinity': attention(numbers(Number.NEGATIVE_INFINITY)),
  'Attention, mask of the smallest number': attention(numbers(LOWEST)),
  'softmax whose NaN are replaced': {
    opset: 18,
    initializers: withMask,
    nodes: [
      ...scores,
      foreignNode('IsNaN', ['softmax'], ['isNaN']),
      foreignNode('Where', ['isNaN', 'zero', 'softmax'], ['weights']),
      foreignNode('MatMul', ['weights', 'x'], ['y']),
    ],
  },
  'softmax whose hidden rows are found and replaced': {
    opset: 18,
    initializers: { ...withMask, last: constant('int64', -1), far: constant('float32', Number.NEGATIVE_INFINITY) },
    nodes: [
      ...scores,
      foreignNode('Equal', ['scores', 'far'], ['hidden']),
      foreignNode('Cast', ['hidden'], ['hiddenNumber'], { to: 1n }),
      foreignNode('ReduceMin', ['hiddenNumber', 'last'], ['row']),
      foreignNode('Cast', ['row'], ['hiddenRow'], { to: 9n }),
      foreignNode('Where', ['hiddenRow', 'zero', 'softmax'], ['weights']),
      foreignNode('MatMul', ['weights', 'x'], ['y']),
    ],
  },
};

describe('a row that is masked whole', () => {
  it.each(Object.entries(MODELS))('%s', async (_, model) => {
    const x = [1, 1, COLUMNS, WIDTH];
    const bytes = foreignModel({ x, ...model });
    const expected = await runForeign(bytes, new ort.Tensor('float32', data, x));
    const pull = vjp(importOnnx(bytes), { outputs: ['y'], wrt: ['x'], keep: ['y'] });
    const cotangent = Float32Array.from({ length: ROWS * WIDTH }, (_, i) => (i < WIDTH ? 1 : 0));
    const { y, 'grad.x': gradient } = await runOnce(pull, { x: data, 'cotangent.y': cotangent });
    for (const [i, value] of (y as Float32Array).entries()) expect(value).toBeCloseTo(expected.data[i] as number, 5);
    // Nothing reaches the hidden row's result.
    expect([...(y as Float32Array).subarray(0, WIDTH)]).toEqual([0, 0]);
    expect([...(gradient as Float32Array)]).toEqual(new Array(data.length).fill(0));
    const all = await runOnce(pull, { x: data, 'cotangent.y': new Float32Array(ROWS * WIDTH).fill(1) });
    expect([...(all['grad.x'] as Float32Array)].every(Number.isFinite)).toBe(true);
    expect(Math.hypot(...(all['grad.x'] as Float32Array))).toBeGreaterThan(0.1);
  });

  it('costs nothing where a mask that is known hides no row', () => {
    const mask: TensorData = { dtype: 'bool', shape: [ROWS, COLUMNS], data: new Uint8Array(ROWS * COLUMNS).fill(1) };
    const graph = importOnnx(foreignModel({ x: [1, 1, COLUMNS, WIDTH], ...attention(mask) }));
    expect(graph.nodes.map(({ op }) => op)).not.toContain('Clip');
  });
});
