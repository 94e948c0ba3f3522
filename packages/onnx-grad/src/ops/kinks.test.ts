// Where a derivative does not exist, the rules choose what PyTorch does (golden README, Operators); Clip's edges pass.
import { describe, expect, it } from 'vitest';
import { GraphBuilder } from '../builder.ts';
import { vjp } from '../grad.ts';
import type { Value } from '../graph/graph.ts';
import { runOnce } from '../testing/run.ts';
import { stopGradient } from './rounding.ts';

// The gradient of the sum of an operation's result by x.
async function slopes(
  x: readonly number[],
  shape: readonly number[],
  make: (g: GraphBuilder, x: Value) => Value,
  others: Record<string, Float32Array> = {},
) {
  const g = new GraphBuilder();
  const y = make(g, g.input('x', 'float32', shape));
  g.output('y', y);
  const ones = new Float32Array(y.shape.reduce((a, b) => a * b, 1)).fill(1);
  const graph = vjp(g.build(), { outputs: ['y'], wrt: ['x'] });
  return Array.from(
    (await runOnce(graph, { ...others, x: Float32Array.from(x), 'cotangent.y': ones }))['grad.x'] as Float32Array,
  );
}

describe('at a kink', () => {
  it('MaxPool gives the gradient to the first of equal elements, window by window', async () => {
    const pool = (g: GraphBuilder, x: Value) => g.op('MaxPool', [x], { kernel_shape: [2, 2], strides: [1, 1] });
    expect(await slopes([1, 1, 1, 1, 1, 1], [1, 1, 2, 3], pool)).toEqual([1, 1, 0, 0, 0, 0]);
    expect(await slopes([0, 0, 0, 0, 2, 2], [1, 1, 2, 3], pool)).toEqual([0, 0, 0, 0, 2, 0]);
  });

  it('equal extremes of a reduction share it', async () => {
    expect(await slopes([3, 1, 3, 2], [1, 4], (g, x) => g.reduce('ReduceMax', x, [1]))).toEqual([0.5, 0, 0.5, 0]);
    expect(await slopes([3, 1, 1, 1], [1, 4], (g, x) => g.reduce('ReduceMin', x, [1])).then((s) => s[0])).toBe(0);
    expect(await slopes([2, 2, 1, 0], [1, 1, 4], (g, x) => g.op('GlobalMaxPool', [x]))).toEqual([0.5, 0.5, 0, 0]);
  });

  it('equal operands of Max share it', async () => {
    expect(await slopes([2, 3, 1], [3], (g, x) => g.op('Max', [x, g.scalar(2)]))).toEqual([0.5, 1, 0]);
  });

  it('Abs and Relu have gradient 0 at 0', async () => {
    expect(await slopes([0, -1, 1], [3], (g, x) => g.op('Abs', [x]))).toEqual([0, -1, 1]);
    expect(await slopes([0, -1, 1], [3], (g, x) => g.op('Relu', [x]))).toEqual([0, 0, 1]);
  });

  it('Clip passes it exactly on an edge', async () => {
    const clip = (g: GraphBuilder, x: Value) => g.op('Clip', [x, g.scalar(0), g.scalar(1)]);
    expect(await slopes([-0.5, 0, 0.5, 1, 1.5], [5], clip)).toEqual([0, 1, 1, 1, 0]);
  });

  it('Clip with crossed bounds gives it to the high one', async () => {
    const crossed = (g: GraphBuilder, x: Value) => g.op('Clip', [x, g.scalar(1), g.scalar(-1)]);
    expect(await slopes([-2, 0, 2], [3], crossed)).toEqual([0, 0, 0]);
    const low = (g: GraphBuilder, x: Value) => g.op('Clip', [g.input('a', 'float32', [3]), x, g.scalar(-1)]);
    const high = (g: GraphBuilder, x: Value) => g.op('Clip', [g.input('a', 'float32', [3]), g.scalar(1), x]);
    const a = Float32Array.of(-2, 0, 2);
    expect(await slopes([1], [], low, { a })).toEqual([0]);
    expect(await slopes([-1], [], high, { a })).toEqual([3]);
    expect(await slopes([1.5], [], high, { a })).toEqual([1]); // in order: 2 is cut off
  });

  it('equal extremes of a scatter share it, and a product by 0 is that of the others', async () => {
    const scatter =
      (reduction: string, updates: number[]) =>
      (g: GraphBuilder, x: Value): Value => {
        const shape = [updates.length];
        const indices = g.constant({ dtype: 'int64', shape, data: new BigInt64Array(updates.length) });
        const given = g.constant({ dtype: 'float32', shape, data: Float32Array.from(updates) });
        return g.op('ScatterElements', [x, indices, given], { reduction });
      };
    expect(await slopes([2, 5], [2], scatter('max', [2, 1, 2]))).toEqual([expect.closeTo(1 / 3, 6), 1]);
    expect(await slopes([2, 5], [2], scatter('min', [1, 3]))).toEqual([0, 1]);
    expect(await slopes([2, 5], [2], scatter('mul', [3, 4]))).toEqual([12, 1]);
    const updates = (g: GraphBuilder, x: Value): Value => {
      const data = g.constant({ dtype: 'float32', shape: [1], data: Float32Array.of(2) });
      const indices = g.constant({ dtype: 'int64', shape: [3], data: new BigInt64Array(3) });
      return g.op('ScatterElements', [data, indices, x], { reduction: 'mul' });
    };
    expect(await slopes([3, 4, 5], [3], updates)).toEqual([40, 30, 24]);
    expect(await slopes([3, 0, 5], [3], updates)).toEqual([0, 30, 0]);
    expect(await slopes([3, 0, 0], [3], updates)).toEqual([0, 0, 0]);
  });

  it('nothing flows through stopGradient, or through Floor, Ceil, Round and Sign', async () => {
    for (const flat of ['Floor', 'Ceil', 'Round', 'Sign', 'onnx-grad::StopGradient'])
      expect(await slopes([0.3, -1.7], [2], (g, x) => g.op(flat, [x]))).toEqual([0, 0]);
    expect(await slopes([2, 3], [2], (g, x) => g.mul(x, stopGradient(g, x)))).toEqual([2, 3]);
  });
});
