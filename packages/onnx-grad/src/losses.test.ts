import { describe, expect, it } from 'vitest';
import { GraphBuilder } from './builder.ts';
import { grad } from './grad.ts';
import { addLoss, crossEntropy, meanSquaredError } from './losses.ts';
import { runOnce } from './testing/run.ts';

// y = 2 x, as a model without a loss.
function model() {
  const g = new GraphBuilder('model');
  g.output('y', g.scale(g.input('x', 'float32', [2, 3]), 2));
  return g.build();
}
const x = Float32Array.of(0, 1, 2, -1, 0.5, 3);

describe('addLoss', () => {
  it('puts the mean squared error after a model, which keeps its outputs', async () => {
    const graph = addLoss(model(), (g, output) =>
      meanSquaredError(g, output('y'), g.input('target', 'float32', [2, 3])),
    );
    expect(graph.outputs.map(({ name }) => name)).toEqual(['y', 'loss']);
    const target = Float32Array.of(1, 2, 3, 4, 5, 6);
    const results = await runOnce(grad(graph, { loss: 'loss', wrt: ['x'] }), { x, target });
    const errors = [...x].map((v, i) => 2 * v - target[i]!);
    expect(results.loss![0]).toBeCloseTo(errors.reduce((sum, e) => sum + e * e, 0) / 6, 5);
    expect([...(results['grad.x'] as Float32Array)]).toEqual(errors.map((e) => expect.closeTo((4 * e) / 6, 5)));
  });

  it('puts the cross-entropy after a model, without labels that are ignored', async () => {
    const graph = addLoss(
      model(),
      (g, output) => crossEntropy(g, output('y'), g.input('labels', 'int64', [2]), { ignoreIndex: -100 }),
      'entropy',
    );
    const labels = BigInt64Array.of(2n, -100n);
    const results = await runOnce(grad(graph, { loss: 'entropy', wrt: ['x'] }), { x, labels });
    const powers = [0, 2, 4].map(Math.exp);
    const sum = powers.reduce((a, b) => a + b);
    expect(results.entropy![0]).toBeCloseTo(-Math.log(powers[2]! / sum), 5);
    const slopes = powers.map((p, i) => 2 * (p / sum - (i === 2 ? 1 : 0)));
    expect([...(results['grad.x'] as Float32Array)]).toEqual([...slopes, 0, 0, 0].map((s) => expect.closeTo(s, 5)));
  });

  it('says what does not fit', () => {
    expect(() => addLoss(model(), (_, output) => output('z'))).toThrow(/model has no output z; it has y/);
    expect(() => addLoss(model(), (_, output) => output('y'))).toThrow(/a loss has one element; .* \[2,3\]/);
    expect(() =>
      addLoss(model(), (g, output) => meanSquaredError(g, output('y'), g.input('target', 'float32', [3]))),
    ).toThrow(/a prediction \[2,3\] and a target \[3\]/);
  });
});
