import { describe, expect, it } from 'vitest';
import { GraphBuilder } from '../builder.ts';
import { grad } from '../grad.ts';
import type { Graph, Value } from '../graph/graph.ts';
import { findProducers } from '../graph/graph.ts';
import { runOnce } from '../testing/run.ts';
import { recompute, splitPasses } from './recompute.ts';

// x [4, 8] and s [1, 8]: scaled = x s, bent = sigmoid(scaled), curved = bent^2 tanh(w), loss = sum sin(curved). Tanh(w) is
// constant.
function problem(): Graph {
  const g = new GraphBuilder();
  const x = g.input('x', 'float32', [4, 8]);
  const s = g.input('s', 'float32', [1, 8]);
  const data = Float32Array.from({ length: 8 }, (_, i) => 0.3 * i + 0.1);
  const w = g.op('Tanh', [g.initializer('w', { dtype: 'float32', shape: [1, 8], data })], {}, 'constant');
  const scaled = g.op('Mul', [x, s], {}, 'scaled');
  const bent = g.op('Sigmoid', [scaled], {}, 'bent');
  const squared = g.op('Mul', [bent, bent], {}, 'squared');
  const curved = g.op('Mul', [squared, w], {}, 'curved');
  g.output('loss', g.sum(g.op('Sin', [curved], {}, 'wave'), [0, 1], false));
  return grad(g.build(), { loss: 'loss', wrt: ['x', 's'] });
}

const FEEDS = {
  x: Float32Array.from({ length: 32 }, (_, i) => Math.sin(i)),
  s: Float32Array.from({ length: 8 }, (_, i) => 1 + 0.2 * Math.cos(i)),
};

const findName = (graph: Graph, value: Value): string => findProducers(graph).get(value)?.name ?? value.name;
const listKept = (graph: Graph): string[] => splitPasses(graph).kept.map((value) => findName(graph, value));
const dropping = (graph: Graph, ...names: string[]): Graph =>
  recompute(graph, new Set(splitPasses(graph).kept.filter((value) => names.includes(findName(graph, value)))));

const FORWARD = ['Tanh', 'Mul', 'Sigmoid', 'Mul', 'Mul', 'Sin', 'ReduceSum'];
const SEED = ['Reshape', 'Expand']; // of the loss's cotangent: constants
const GATE = ['Slice', 'Reshape', 'Sub', 'Add'];
const TO_CURVED = ['Cos', 'Mul', 'Mul'];
const TO_INPUTS = ['Mul', 'Add', 'Sub', 'Mul', 'Mul', 'Mul', 'Mul', 'ReduceSum'];

describe('recompute', () => {
  it('knows the passes, and what the second one reads of the first', () => {
    const graph = problem();
    expect([...splitPasses(graph).forward].map(({ op }) => op)).toEqual(FORWARD);
    expect(listKept(graph)).toEqual(['curved', 'constant', 'bent']);
    const { backward: _, ...plain } = graph;
    expect(splitPasses(plain).forward.size).toBe(graph.nodes.length);
    expect(splitPasses(plain).kept).toEqual([]);
  });

  it('leaves a graph alone of which nothing is dropped', () => {
    const graph = problem();
    expect(recompute(graph, new Set())).toBe(graph);
  });

  // Each is made again once, however often it is used, from what stays or the inputs, right before its first use; behind
  // a gate where the backward pass has made something by then that is no constant.
  it.each([
    { names: ['bent'], backward: [...SEED, ...TO_CURVED, ...GATE, 'Mul', 'Sigmoid', ...TO_INPUTS] },
    { names: ['curved'], backward: [...SEED, 'Mul', 'Mul', ...TO_CURVED, ...TO_INPUTS] },
    { names: ['bent', 'curved'], backward: [...SEED, 'Mul', 'Sigmoid', 'Mul', 'Mul', ...TO_CURVED, ...TO_INPUTS] },
    { names: ['constant'], backward: [...SEED, ...TO_CURVED, ...TO_INPUTS] },
  ])('makes $names again, and nothing else', async ({ names, backward }) => {
    const graph = problem();
    const result = dropping(graph, ...names);
    expect(result.nodes.map(({ op }) => op)).toEqual([...FORWARD, ...backward]);
    const [a, b] = [await runOnce(graph, FEEDS), await runOnce(result, FEEDS)];
    for (const name of ['loss', 'grad.x', 'grad.s']) expect(b[name]).toEqual(a[name]);
  });

  it('gates the first node by its smallest operand, with a zero of what the backward pass made last', () => {
    const result = dropping(problem(), 'bent');
    const { nodes } = result;
    const gate = nodes.find(({ op }) => op === 'Add')!;
    expect(gate.inputs[0]!.name).toBe('s'); // of 8 values; x has 32
    const slice = nodes.find(({ op }) => op === 'Slice')!;
    const last = nodes[FORWARD.length + SEED.length + TO_CURVED.length - 1]!;
    expect(slice.inputs[0]).toBe(last.outputs[0]);
    expect(last.inputs.map((input) => findName(result, input!))).toContain('constant');
  });
});
