import { describe, expect, it } from 'vitest';
import { GraphBuilder } from '../builder.ts';
import { grad, vjp } from '../grad.ts';
import type { Graph } from '../graph/graph.ts';
import { runOnce } from '../testing/run.ts';
import { leastMemory, planMemory } from './plan.ts';
import { splitPasses } from './recompute.ts';

// Residual blocks of norm, SiLU and convolution on [1, 16, 64, 64]: 256 KB a tensor.
function blocks(count: number): { graph: Graph; feeds: Record<string, Float32Array> } {
  const g = new GraphBuilder('blocks');
  let x = g.input('x', 'float32', [1, 16, 64, 64]);
  const feeds: Record<string, Float32Array> = { x: Float32Array.from({ length: 16 * 64 * 64 }, (_, i) => Math.sin(i)) };
  const weights = (name: string, shape: number[], scale: number) => {
    const data = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => scale * Math.cos(i * 1.7));
    return g.initializer(name, { dtype: 'float32', shape, data });
  };
  for (let i = 0; i < count; i++) {
    const [w, b] = [weights(`w${i}`, [16], 1), weights(`b${i}`, [16], 0.1)];
    const normed = g.ops('onnx-grad::GroupNormSilu', [x, w, b], { num_groups: 4, epsilon: 1e-6 }, 3)[0]!;
    const conv = g.op('Conv', [normed, weights(`k${i}`, [16, 16, 3, 3], 0.1)], { pads: [1, 1, 1, 1] });
    x = g.add(x, conv);
  }
  g.output('loss', g.mean(g.mul(x, x), [0, 1, 2, 3], false));
  return { graph: grad(g.build(), { loss: 'loss', wrt: ['x'] }), feeds };
}

describe('planMemory', () => {
  it('keeps a value a block, and nothing more', () => {
    const { graph } = blocks(4);
    const large = splitPasses(graph).kept.filter(({ shape }) => shape.length === 4 && shape[2] === 64);
    expect(large).toHaveLength(4); // three inputs of norms that the graph makes, and the loss's x
  });

  it('takes for the forward pass all that was there before, whatever is kept or was differentiated before', () => {
    const g = new GraphBuilder();
    const x = g.input('x', 'float32', [4]);
    const h = g.op('Exp', [x], {}, 'h');
    g.output('h', h);
    g.output('y', g.op('Tanh', [g.mul(h, x)]));
    const forward = (graph: Graph): string[] => [...splitPasses(graph).forward].map(({ op }) => op);
    const first = vjp(g.build(), { outputs: ['y'], wrt: ['x'], keep: ['h'] });
    // The last two are 1 - y^2, of forward values alone.
    expect(forward(first)).toEqual(['Exp', 'Mul', 'Tanh', 'Mul', 'Sub']);
    const again = vjp(first, { outputs: ['grad.x'], wrt: ['x'], keep: ['h', 'grad.x'] });
    const { forward: before } = splitPasses(again);
    for (const node of first.nodes) expect(before.has(node), node.name).toBe(true);
    expect(before.size).toBeLessThan(again.nodes.length);
    expect([...again.gradients, ...again.cotangents]).toEqual([
      ['x', 'grad.x.2'],
      ['grad.x', 'cotangent.grad.x'],
    ]);
    expect(again.outputs.map(({ name }) => name)).toEqual(['h', 'grad.x', 'grad.x.2']);
  });

  it('keeps a second derivative the same within a budget', async () => {
    const first = blocks(3);
    const again = GraphBuilder.from(first.graph);
    const slope = first.graph.outputs.find(({ name }) => name === 'grad.x')!.value;
    again.output('penalty', again.reduce('ReduceSumSquare', slope, [0, 1, 2, 3], false));
    const graph = grad(again.build(), { loss: 'penalty', wrt: ['x'] });
    const plan = leastMemory(graph);
    expect(plan.recomputed.length).toBeGreaterThan(0);
    expect(plan.tensorBytes).toBeLessThan(planMemory(graph).tensorBytes);
    const [a, b] = [await runOnce(graph, first.feeds), await runOnce(plan.graph, first.feeds)];
    expect(b['grad.x']).toEqual(a['grad.x']);
  });

  it('recomputes until the budget is met, with the same gradient', async () => {
    const { graph, feeds } = blocks(6);
    const whole = planMemory(graph);
    expect(whole.recomputed).toEqual([]);
    const least = leastMemory(graph);
    expect(least.tensorBytes).toBeLessThan(whole.tensorBytes);
    const plan = planMemory(graph, { budget: (whole.bytes + least.bytes) / 2 });
    expect(plan.bytes).toBeLessThanOrEqual((whole.bytes + least.bytes) / 2);
    expect(plan.recomputed.length).toBeGreaterThan(0);
    expect(plan.extraWork).toBeGreaterThan(0);
    const [a, b] = [await runOnce(whole.graph, feeds), await runOnce(plan.graph, feeds)];
    expect(b['grad.x']).toEqual(a['grad.x']);
  });

  it('spends a share of the work on less memory, if it may, and never more than fits', async () => {
    const { graph, feeds } = blocks(8);
    const [whole, least] = [planMemory(graph), leastMemory(graph)];
    const spend = least.extraWork / 2;
    const thrifty = planMemory(graph, { spend });
    expect(thrifty.bytes).toBeLessThan(whole.bytes);
    expect(thrifty.extraWork).toBeGreaterThan(0);
    expect(thrifty.extraWork).toBeLessThanOrEqual(spend);
    const [one, other] = [await runOnce(whole.graph, feeds), await runOnce(thrifty.graph, feeds)];
    expect(other['grad.x']).toEqual(one['grad.x']);
    const budget = (thrifty.bytes + least.bytes) / 2;
    expect(planMemory(graph, { spend, budget })).toEqual(planMemory(graph, { budget }));
    expect(planMemory(graph, { spend: 1, budget: whole.bytes }).bytes).toBe(least.bytes);
  });

  it('says what is needed where nothing fits', () => {
    const { graph } = blocks(2);
    expect(() => planMemory(graph, { budget: 1000 })).toThrow(/needs at least \d+ MB/);
  });
});
