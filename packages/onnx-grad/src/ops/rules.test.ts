// Every rule against central differences, over random shapes and attributes (testing/cases.ts).
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GraphBuilder } from '../builder.ts';
import { vjp } from '../grad.ts';
import { qualifiedName } from '../graph/graph.ts';
import { seededRandom } from '../testing/case.ts';
import { GRADIENT_CASES } from '../testing/cases.ts';
import { compareWithDifferences } from '../testing/differences.ts';
import { OPERATORS } from './index.ts';

// Exact differences over integers; smooth functions in float64 (step 2e-5) or float32 (step 1e-2, rounding included).
const TOLERANCE = { exact: 1e-6, float64: 5e-6, float32: 1e-2 };

describe('rules agree with central differences', () => {
  for (const { name, build, exact, float32 } of GRADIENT_CASES)
    it(name, async () => {
      await fc.assert(
        fc.asyncProperty(fc.integer(), async (seed) => {
          const { graph, inputs, wrt } = build(seededRandom(seed));
          const options = exact ? { step: 1 } : { wide: !float32 };
          const random = seededRandom(seed + 1);
          const { worst, where, precision } = await compareWithDifferences(graph, wrt, inputs, { ...options, random });
          expect(worst, where).toBeLessThan(TOLERANCE[exact ? 'exact' : precision]);
        }),
        { numRuns: 12, seed: 1 },
      );
    });
});

describe('operators', () => {
  it.each(['constructor', 'toString', '__proto__'])('have no attribute %s, which every object has', (name) => {
    const g = new GraphBuilder();
    const x = g.input('x', 'float32', [2]);
    expect(() => g.op('Relu', [x], Object.fromEntries([[name, 1]]))).toThrow(`Relu has no attribute ${name}`);
  });

  it('each have a case or a gradient of zero', () => {
    const tested = new Set(GRADIENT_CASES.flatMap(({ operators }) => operators));
    const missing = [...OPERATORS].filter(([name, { vjp }]) => vjp !== 'zero' && !tested.has(name));
    expect(missing.map(([name]) => name)).toEqual([]);
  });

  it('of the cases all exist, and each case uses those that it names', () => {
    for (const { name, operators, build } of GRADIENT_CASES) {
      const used = new Set<string>();
      for (let seed = 0; seed < 20; seed++)
        for (const node of build(seededRandom(seed)).graph.nodes) used.add(qualifiedName(node));
      for (const operator of operators) expect(used, name).toContain(operator);
    }
  });

  it('have rules that write half-precision graphs', () => {
    const g = new GraphBuilder();
    const x = g.input('x', 'float16', [2, 4, 3, 3]);
    const [scale, bias] = [g.input('scale', 'float16', [4]), g.input('bias', 'float16', [4])];
    const y = g.op('Gelu', [g.op('GroupNormalization', [x, scale, bias], { num_groups: 2 })]);
    g.output('y', g.op('MaxPool', [y], { kernel_shape: [2, 2] }));
    const { outputs } = vjp(g.build(), { outputs: ['y'], wrt: ['x', 'scale'] });
    expect(outputs.map(({ value }) => value.dtype)).toEqual(['float16', 'float16']);
  });
});
