// Rules are written in operators, so a gradient can be differentiated again.
import { describe, expect, it } from 'vitest';
import { GraphBuilder } from './builder.ts';
import { grad } from './grad.ts';
import type { Graph } from './graph/graph.ts';
import { seededRandom } from './testing/case.ts';
import { GRADIENT_CASES } from './testing/cases.ts';
import { compareWithDifferences } from './testing/differences.ts';

// The squared norm of the gradient of sum(y^2), a scalar that depends on second derivatives.
function gradientPenalty(graph: Graph, wrt: readonly string[]): Graph {
  const inner = GraphBuilder.from(graph);
  const all = (value: { shape: readonly number[] }): number[] => value.shape.map((_, i) => i);
  const squares = graph.outputs.map(({ value }) => inner.reduce('ReduceSumSquare', value, all(value), false));
  inner.output('loss', squares.reduce(inner.add));
  const gradient = grad(inner.build(), { loss: 'loss', wrt });
  const outer = GraphBuilder.from(gradient);
  const results = new Set(gradient.gradients.values());
  const norms = gradient.outputs
    .filter(({ name }) => results.has(name))
    .map(({ value }) => outer.reduce('ReduceSumSquare', value, all(value), false));
  outer.output('penalty', norms.reduce(outer.add));
  return outer.build();
}

// Not polynomials: a step of 1 is no use here.
const SMOOTH = GRADIENT_CASES.filter(({ exact }) => !exact);

describe('second derivatives agree with central differences', () => {
  for (const { name, build, float32 } of SMOOTH)
    it(name, async () => {
      for (const seed of [1, 2, 3]) {
        const { graph, inputs, wrt } = build(seededRandom(seed));
        const penalty = gradientPenalty(graph, wrt);
        const { worst, where, precision } = await compareWithDifferences(penalty, wrt, inputs, {
          random: seededRandom(seed),
          wide: !float32,
        });
        expect(worst, where).toBeLessThan(precision === 'float64' ? 1e-5 : 3e-2);
      }
    });

  it('a gradient penalty through a convolution', async () => {
    const g = new GraphBuilder();
    const x = g.input('x', 'float32', [1, 2, 5, 6]);
    const w = g.input('w', 'float32', [3, 2, 3, 3]);
    g.output('y', g.op('Tanh', [g.op('Conv', [x, w], { pads: [1, 1, 1, 1], strides: [2, 1] })]));
    const random = seededRandom(1);
    const data = (length: number) => Float32Array.from({ length }, () => random() - 0.5);
    const penalty = gradientPenalty(g.build(), ['x']);
    const { worst, where } = await compareWithDifferences(
      penalty,
      ['x', 'w'],
      { x: data(60), w: data(54) },
      { random },
    );
    expect(worst, where).toBeLessThan(1e-2);
  });
});
