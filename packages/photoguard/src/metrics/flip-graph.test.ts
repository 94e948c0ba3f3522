// FLIP as a graph beside FLIP of bytes, and its gradient beside differences.
import { GraphBuilder, vjp } from 'onnx-grad';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Pixels8, toImage01 } from '../image/index.ts';
import { Random } from '../random.ts';
import type { Program, Runtime } from '../runtime/index.ts';
import { openRuntime } from '../runtime/node/index.ts';
import { flip } from './flip.ts';
import { writeFlip } from './flip-graph.ts';

const size = { width: 40, height: 32 };
const each = 3 * size.width * size.height;

/** Waves, of another colour for each seed, with noise of so many levels. */
const picture = (seed: number, noise: number): Pixels8 => {
  const draw = new Random(9 + seed).uniform(each, -noise, noise);
  const wave = (i: number): number => 110 + 90 * Math.sin(i / (17 + 3 * seed)) * Math.cos(i / 400);
  return { ...size, channels: 3, data: Uint8Array.from({ length: each }, (_, i) => wave(i) + draw[i]!) };
};
const batch = (pictures: readonly Pixels8[]): Float32Array =>
  Float32Array.from(pictures.flatMap((one) => [...toImage01(one).data]));

let runtime: Runtime;
let program: Program;
beforeAll(async () => {
  runtime = await openRuntime({ device: 'cpu', threads: 1 });
  const g = new GraphBuilder('flip');
  const input = (name: string) => g.input(name, 'float32', [2, 3, size.height, size.width]);
  g.output('flip', writeFlip(g, input('reference'), input('distorted')));
  program = await runtime.load(vjp(g.build(), { outputs: ['flip'], wrt: ['distorted'], keep: ['flip'] }));
});
afterAll(() => runtime?.close());

const run = async (reference: Float32Array, distorted: Float32Array) => {
  const results = await program.run({ reference, distorted, 'cotangent.flip': Float32Array.of(1, 1) });
  return { flip: results.flip as Float32Array, gradient: results['grad.distorted'] as Float32Array };
};

describe('FLIP as a graph', () => {
  it.each([2, 10, 60])('is FLIP, of pictures that differ by up to %d levels', async (noise) => {
    const [clean, noisy] = [
      [0, 1],
      [0, 1],
    ].map((seeds, k) => seeds.map((seed) => picture(seed, k * noise)));
    const { flip: found } = await run(batch(clean!), batch(noisy!));
    for (const [k, value] of found.entries()) expect(value / flip(clean![k]!, noisy![k]!)).toBeCloseTo(1, 2);
  });

  it('has the slope of its values, and one where pictures are equal', async () => {
    const clean = batch([picture(0, 0), picture(1, 0)]);
    const noisy = batch([picture(0, 20), picture(1, 8)]);
    const way = new Random(1).uniform(clean.length, -1, 1);
    const step = 1e-3;
    const at = async (t: number) =>
      (
        await run(
          clean,
          noisy.map((v, i) => v + t * way[i]!),
        )
      ).flip;
    const [low, high] = [await at(-step), await at(step)];
    const { gradient } = await run(clean, noisy);
    const slope = gradient.reduce((sum, v, i) => sum + v * way[i]!, 0);
    const expected = (high[0]! + high[1]! - low[0]! - low[1]!) / (2 * step);
    expect(slope / expected).toBeCloseTo(1, 1);
    const equal = await run(clean, clean);
    expect(equal.gradient.every(Number.isFinite)).toBe(true);
    expect(equal.flip[0]).toBeLessThan(0.01);
  });
});
