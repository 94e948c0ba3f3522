// AdamW, SGD and moving averages are compared with PyTorch and diffusers in ops/golden.test.ts (optimiser-*, ema); here
// the step over several parameters, clipping, the learning rate, and weights as inputs.
import { describe, expect, it } from 'vitest';
import { GraphBuilder } from '../builder.ts';
import { grad } from '../grad.ts';
import { runOnce } from '../testing/run.ts';
import { adamWScalars, adamWUpdate, cosineRate, initializersAsInputs, STATES } from './index.ts';

const OPTIONS = { betas: [0.9, 0.99], epsilon: 1e-8, weightDecay: 0.1 } as const;

// The definition, in float64.
function reference(weight: number, gradient: number, step: number, rate: number): number {
  const [beta1, beta2] = OPTIONS.betas;
  const first = ((1 - beta1) * gradient) / (1 - beta1 ** step);
  const second = ((1 - beta2) * gradient ** 2) / (1 - beta2 ** step);
  return weight * (1 - rate * OPTIONS.weightDecay) - (rate * first) / (Math.sqrt(second) + OPTIONS.epsilon);
}

describe('adamWUpdate', () => {
  const parameters = [
    { name: 'a', shape: [2] },
    { name: 'b', shape: [1, 1] },
  ];
  async function update(gradients: readonly number[], clipNorm: number) {
    const graph = adamWUpdate(parameters, { betas: OPTIONS.betas, clipNorm, average: true });
    const zeros = Object.fromEntries(
      parameters.flatMap(({ name, shape }) =>
        STATES.map((state) => [`${state}.${name}`, new Float32Array(shape.reduce((x, y) => x * y, 1))]),
      ),
    );
    const scalars = { ...adamWScalars(1, 0.01, OPTIONS), change: 0.25 };
    const numbers = Object.fromEntries(Object.entries(scalars).map(([name, value]) => [name, Float32Array.of(value)]));
    return runOnce(graph, {
      ...zeros,
      ...numbers,
      'weight.a': Float32Array.of(1, -2),
      'gradient.a': Float32Array.from(gradients.slice(0, 2)),
      'gradient.b': Float32Array.from(gradients.slice(2)),
    });
  }

  it('is a step of AdamW and of the moving average for each parameter', async () => {
    const next = await update([0.3, -0.1, 0.2], 10);
    const expected = [reference(1, 0.3, 1, 0.01), reference(-2, -0.1, 1, 0.01), reference(0, 0.2, 1, 0.01)];
    expect([...(next['next.weight.a'] as Float32Array)]).toEqual([
      expect.closeTo(expected[0]!, 6),
      expect.closeTo(expected[1]!, 6),
    ]);
    expect(Number(next['next.weight.b']![0])).toBeCloseTo(expected[2]!, 6);
    expect(Number(next['next.average.a']![0])).toBeCloseTo(expected[0]! / 4, 6);
    expect(Number(next.norm![0])).toBeCloseTo(Math.hypot(0.3, 0.1, 0.2), 6);
  });

  it('clips and averages only where it is asked to', async () => {
    const graph = adamWUpdate([{ name: 'a', shape: [1] }], { betas: OPTIONS.betas });
    const { keep, alpha, epsilon } = adamWScalars(1, 0.01, OPTIONS);
    const numbers = { keep, alpha, epsilon, 'weight.a': 1, 'm.a': 0, 'v.a': 0, 'gradient.a': 300 };
    expect(graph.inputs.map(({ name }) => name).sort()).toEqual(Object.keys(numbers).sort());
    const feeds = Object.fromEntries(Object.entries(numbers).map(([name, n]) => [name, Float32Array.of(n)]));
    const next = await runOnce(graph, feeds);
    expect(Object.keys(next).sort()).toEqual(['next.m.a', 'next.v.a', 'next.weight.a', 'norm']);
    expect(next['next.m.a']![0]).toBeCloseTo(30, 4);
    expect(next['next.weight.a']![0]).toBeCloseTo(reference(1, 300, 1, 0.01), 6);
  });

  it('scales all gradients alike where their common norm is above the limit', async () => {
    const next = await update([30, -10, 20], 1);
    const norm = Math.hypot(30, 10, 20);
    expect(Number(next.norm![0])).toBeCloseTo(norm, 3);
    expect(Number(next['next.m.a']![0])).toBeCloseTo((0.1 * 30) / norm, 6);
    expect(Number(next['next.v.b']![0])).toBeCloseTo(0.01 * (20 / norm) ** 2, 8);
  });
});

describe('cosineRate', () => {
  const schedule = { peak: 1, warmup: 10, steps: 100, floor: 0.1 };
  it('rises over the warm-up, then falls to its floor', () => {
    expect(cosineRate(0, schedule)).toBeCloseTo(0.1, 2);
    expect(cosineRate(50, schedule)).toBeCloseTo(0.55, 6);
    expect(cosineRate(100, schedule)).toBeCloseTo(0.1, 6);
    expect(cosineRate(500, schedule)).toBeCloseTo(0.1, 6);
  });
});

describe('initializersAsInputs', () => {
  const graph = () => {
    const g = new GraphBuilder();
    const w = g.initializer('w', { dtype: 'float32', shape: [2], data: Float32Array.of(1, 2) });
    const product = g.mul(g.input('x', 'float32', [2]), w);
    g.output('loss', g.sum(g.mul(product, product), [0], false));
    return grad(g.build(), { loss: 'loss', wrt: ['w'] });
  };

  it('lets a program be fed its weights', async () => {
    const fed = initializersAsInputs(graph(), ['w']);
    expect(fed.inputs.map(({ name }) => name)).toEqual(['x', 'w']);
    const { 'grad.w': gradient } = await runOnce(fed, { x: Float32Array.of(3, 1), w: Float32Array.of(2, 5) });
    expect([...(gradient as Float32Array)]).toEqual([2 * 9 * 2, 2 * 5]);
  });

  it('keeps a weight apart from constants that have its number', async () => {
    const g = new GraphBuilder();
    const scale = g.initializer('scale', { dtype: 'float32', shape: [], data: Float32Array.of(1) });
    g.output('loss', g.mul(g.sum(g.input('x', 'float32', [2]), [0], false), scale));
    const fed = initializersAsInputs(grad(g.build(), { loss: 'loss', wrt: ['scale', 'x'] }), ['scale']);
    const results = await runOnce(fed, { x: Float32Array.of(3, 1), scale: Float32Array.of(5) });
    expect([...(results['grad.scale'] as Float32Array)]).toEqual([4]);
    expect([...(results['grad.x'] as Float32Array)]).toEqual([5, 5]);
  });

  it('says which name is none', () => {
    expect(() => initializersAsInputs(graph(), ['v'])).toThrow(/no initializer v/);
  });
});
