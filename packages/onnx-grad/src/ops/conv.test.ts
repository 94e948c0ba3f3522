import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GraphBuilder } from '../builder.ts';
import { sizeOf } from '../graph/shape.ts';
import { compareWithDifferences } from '../testing/differences.ts';

const integers = (length: number, seed: number): Float32Array => {
  let state = seed >>> 0;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return ((state >>> 24) % 7) - 3;
  });
};

describe('Conv', () => {
  it('agrees with central differences over random sizes, strides, dilations, pads and groups', async () => {
    const side = fc.record({
      size: fc.integer({ min: 5, max: 9 }),
      kernel: fc.integer({ min: 1, max: 4 }),
      stride: fc.integer({ min: 1, max: 3 }),
      dilation: fc.integer({ min: 1, max: 2 }),
      before: fc.integer({ min: 0, max: 3 }),
      after: fc.integer({ min: 0, max: 3 }),
    });
    const setting = fc.record({
      sides: fc.array(side, { minLength: 1, maxLength: 2 }),
      groups: fc.integer({ min: 1, max: 2 }),
      inputs: fc.integer({ min: 1, max: 2 }),
      outputs: fc.integer({ min: 1, max: 2 }),
    });
    await fc.assert(
      fc.asyncProperty(setting, async ({ sides, groups, inputs, outputs }) => {
        fc.pre(sides.every((s) => s.dilation * (s.kernel - 1) + 1 <= s.size + s.before + s.after));
        const g = new GraphBuilder();
        const x = g.input('x', 'float32', [2, groups * inputs, ...sides.map((s) => s.size)]);
        const w = g.input('w', 'float32', [groups * outputs, inputs, ...sides.map((s) => s.kernel)]);
        const b = g.input('b', 'float32', [groups * outputs]);
        const y = g.op('Conv', [x, w, b], {
          strides: sides.map((s) => s.stride),
          dilations: sides.map((s) => s.dilation),
          pads: [...sides.map((s) => s.before), ...sides.map((s) => s.after)],
          group: groups,
        });
        g.output('y', y);
        const data = Object.fromEntries([x, w, b].map((v, i) => [v.name, integers(sizeOf(v.shape), i + 1)]));
        // A convolution is linear in each operand, and all numbers are small integers: differences are exact.
        const { worst, where } = await compareWithDifferences(g.build(), ['x', 'w', 'b'], data, { step: 1 });
        expect(worst, where).toBeLessThan(1e-6);
      }),
      { numRuns: 40, seed: 1 },
    );
  });
});
