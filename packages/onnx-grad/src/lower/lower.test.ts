import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GraphBuilder } from '../builder.ts';
import { ONNX_DATA_TYPE } from '../graph/dtype.ts';
import type { Attributes, Graph, Value } from '../graph/graph.ts';
import { sizeOf } from '../graph/shape.ts';
import { seededRandom } from '../testing/case.ts';
import { runOnce } from '../testing/run.ts';
import { lower } from './lower.ts';

/** A graph of one operator over float inputs `x0`, `x1` ...; further inputs may be constants. */
function one(op: string, shapes: readonly (readonly number[])[], attributes: Attributes = {}, more: More = () => []) {
  const g = new GraphBuilder();
  const inputs = shapes.map((shape, i) => g.input(`x${i}`, 'float32', shape));
  g.output('y', g.op(op, [...inputs, ...more(g)], attributes));
  return g.build();
}
type More = (g: GraphBuilder) => (Value | undefined)[];

const data = (graph: Graph, at: (i: number) => number) =>
  Object.fromEntries(
    graph.inputs.map(({ name, shape }, k) => [
      name,
      Float32Array.from({ length: sizeOf(shape) }, (_, i) => at(i + 7 * k)),
    ]),
  );

/** The operators of a graph, in order. */
const operators = (graph: Graph): string[] => graph.nodes.map(({ op }) => op);

async function expectSame(graph: Graph, at: (i: number) => number, tolerance = 1e-5): Promise<void> {
  const inputs = data(graph, at);
  const [before, after] = [await runOnce(graph, inputs), await runOnce(lower(graph, 'webgpu'), inputs)];
  const [a, b] = [before.y as Float32Array, after.y as Float32Array];
  expect(b.length).toBe(a.length);
  for (const [i, value] of a.entries()) expect(Math.abs(b[i]! - value), `element ${i}`).toBeLessThanOrEqual(tolerance);
}

const noise = (i: number): number => 6 * seededRandom(i + 1)() - 3;
const k2 = { kernel_shape: [2, 2], strides: [1, 1], dilations: [1, 1], group: 1, pads: [0, 0, 0, 0] };

describe('lower to WebGPU', () => {
  const rewritten: [string, Graph][] = [
    ['LogSoftmax', one('LogSoftmax', [[2, 5]], { axis: 0 })],
    ['Selu', one('Selu', [[9]], { alpha: 1.5, gamma: 0.5 })],
    ['Softsign', one('Softsign', [[9]])],
    ['Sign', one('Sign', [[9]])],
    ['Round', one('Round', [[9]])],
    ['Mod', one('Mod', [[4, 3], [3]], { fmod: 1 })],
    ['Sum', one('Sum', [[2, 3], [3], []])],
    ['Sum', one('Sum', [[2, 3]])],
    ['Mean', one('Mean', [[2, 3], [3], []])],
    ['Mean', one('Mean', [[2, 3]])],
    ['SpaceToDepth', one('SpaceToDepth', [[2, 3, 4, 6]], { blocksize: 2 })],
    ['Resize', resize({ mode: 'cubic', coordinate_transformation_mode: 'half_pixel' }, [1, 2, 9, 7])],
    ['Resize', resize({ mode: 'linear', antialias: 1 }, [1, 2, 3, 4])],
    ['Resize', resize({ mode: 'cubic', antialias: 1, cubic_coeff_a: -0.5 }, [1, 2, 3, 9])],
  ];
  for (const [op, graph] of rewritten)
    it(`writes ${op} of [${graph.inputs.map(({ shape }) => `[${shape}]`)}] in other operators, with the same result`, async () => {
      expect(operators(lower(graph, 'webgpu'))).not.toContain(op);
      await expectSame(graph, noise);
    });

  it('rounds halves to the even neighbour, and numbers too large to have halves to themselves', () =>
    expectSame(one('Round', [[8]]), (i) => [-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 0.49999997, 16777217][i]!, 0));

  it('takes remainders with the sign of the dividend, in range also where the quotient rounds up', () =>
    fc.assert(
      fc.asyncProperty(fc.integer({ min: -1000, max: 1000 }), fc.integer({ min: 1, max: 99 }), async (a, b) => {
        const graph = one('Mod', [[], []], { fmod: 1 });
        const inputs = { x0: Float32Array.of(a / 7), x1: Float32Array.of(b / 10) };
        const [exact] = (await runOnce(graph, inputs)).y as Float32Array;
        const [found] = (await runOnce(lower(graph, 'webgpu'), inputs)).y as Float32Array;
        const step = inputs.x1[0]!;
        const apart = Math.abs(found! - exact!);
        expect(Math.min(apart, Math.abs(apart - step))).toBeLessThan(1e-4);
        expect(Math.abs(found!)).toBeLessThan(step);
      }),
      { numRuns: 40 },
    ));

  it('computes in float32 what asks for float64', async () => {
    const g = new GraphBuilder();
    const x = g.input('x0', 'float32', [4]);
    const wide = g.op('Cast', [x], { to: ONNX_DATA_TYPE.float64 });
    g.output('y', g.cast(g.op('Mul', [wide, wide]), 'float32'));
    const lowered = lower(g.build(), 'webgpu');
    expect(lowered.nodes.flatMap(({ outputs }) => outputs.map(({ dtype }) => dtype))).not.toContain('float64');
    await expectSame(g.build(), noise);
  });

  it('leaves what the device has, and what a CPU must do', () => {
    const kept = [
      one(
        'Conv',
        [
          [1, 2, 5, 5],
          [3, 2, 2, 2],
        ],
        { ...k2, pads: [0, 0, 1, 1] },
      ),
      resize({ mode: 'linear' }, [1, 2, 9, 7]),
      one('IsNaN', [[3]]),
    ];
    for (const graph of kept) expect(operators(lower(graph, 'webgpu'))).toEqual(operators(graph));
  });

  it('runs a graph as it is on devices that lack nothing', () => {
    const graph = one('Round', [[3]]);
    for (const device of ['cpu', 'wasm', 'cuda']) expect(lower(graph, device)).toBe(graph);
  });
});

describe('convolutions that WebGPU gets wrong', () => {
  it('are given zeros by Concat where a kernel is a matrix product and padding is at the end only', async () => {
    for (const [x, w] of [
      [
        [1, 3, 5, 4],
        [2, 3, 1, 1],
      ],
      [
        [1, 3, 2, 2],
        [2, 3, 2, 2],
      ],
    ] as const) {
      const graph = one('Conv', [x, w], { ...k2, kernel_shape: w.slice(2), pads: [0, 0, 1, 2] });
      expect(operators(lower(graph, 'webgpu'))).toContain('Concat');
      await expectSame(graph, noise, 1e-4);
    }
  });

  it('are written group by group where vectors would reach into the next group', async () => {
    const graph = one('Conv', [[1, 4, 3, 3], [12, 2, 2, 2], [12]], { ...k2, group: 2 });
    expect(operators(lower(graph, 'webgpu')).filter((op) => op === 'Conv')).toHaveLength(2);
    await expectSame(graph, noise, 1e-4);
  });

  it('are written group by group where transposed, with one output channel from several inputs', async () => {
    const attributes = { ...k2, strides: [2, 1], group: 3, output_padding: [1, 0] };
    const graph = one('ConvTranspose', [[2, 6, 3, 3], [6, 1, 2, 2], [3]], attributes);
    expect(operators(lower(graph, 'webgpu')).filter((op) => op === 'ConvTranspose')).toHaveLength(3);
    await expectSame(graph, noise, 1e-4);
  });
});

function resize(attributes: Attributes, sizes: readonly number[]): Graph {
  return one('Resize', [[1, 2, 6, 5]], attributes, (g) => [undefined, undefined, g.ints(sizes)]);
}
