// The objective through a small pipeline with random weights (a committed golden checkpoint). That its gradient is that of
// PyTorch is shown by `npm run golden -- attack-diffusion`; here are its plans, its draws and its targets.
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Image01, Mask } from '../../image/index.ts';
import type { Pipeline } from '../../models/index.ts';
import { loadPipeline } from '../../models/node/index.ts';
import { openRuntime, type Runtime } from '../../runtime/node/index.ts';
import { withDelta } from '../pgd.ts';
import { seededDraws } from './diffusion-draws.ts';
import { DiffusionObjective, type DiffusionObjectiveOptions } from './diffusion-objective.ts';

const FOLDER = fileURLToPath(
  new URL('../../../../../tests/fixtures/golden/checkpoints/tiny-sd-inpaint', import.meta.url),
);
const size = { width: 32, height: 32 };
const length = 3 * 32 * 32;
const image: Image01 = {
  ...size,
  channels: 3,
  data: Float32Array.from({ length }, (_, i) => 0.5 + 0.4 * Math.sin(i / 11)),
};
const mask: Mask = { ...size, data: Uint8Array.from({ length: 32 * 32 }, (_, i) => (i % 32 < 16 ? 1 : 0)) };
const moved = (by: number): Image01 =>
  withDelta(
    image,
    Float32Array.from({ length }, (_, i) => by * Math.sin(3 * i)),
  );

let runtime: Runtime;
let pipeline: Pipeline;
beforeAll(async () => {
  runtime = await openRuntime({ device: 'cpu', threads: 1 });
  await runtime.programs.limit(1e9); // programs stay loaded for the next test
  pipeline = await loadPipeline(FOLDER);
});
afterAll(() => runtime.close());

const makeObjective = (options: Partial<DiffusionObjectiveOptions> = {}): DiffusionObjective =>
  new DiffusionObjective({
    ...{ ref: 'tiny', pipeline, size, runtime },
    edit: { mask, strength: 1, steps: 2, guidance: 4 },
    draws: seededDraws({ prompts: ['a dog'], count: 1, seed: 1, fixed: true }),
    target: new Float32Array(length),
    ...options,
  });

const relative = (a: Float32Array, b: Float32Array): number =>
  Math.hypot(...a.map((v, i) => v - b[i]!)) / Math.hypot(...b);

describe('within a budget', () => {
  it('programs are loaded one at a time, then texts run one after the other: the gradient is the same', async () => {
    const free = makeObjective();
    const whole = await free.evaluate(image, 0);
    await free.release();
    const seen = new Set<string>();
    for (let memory = free.plan.bytes - 1; ; ) {
      let objective: DiffusionObjective;
      try {
        objective = makeObjective({ memory });
      } catch (error) {
        expect(error).toMatchObject({ code: 'memory', message: expect.stringMatching(/tiny at 32x32.*at least/) });
        break;
      }
      const { oneAtATime, splitGuidance, bytes } = objective.plan;
      expect(bytes).toBeLessThanOrEqual(memory);
      seen.add(`${oneAtATime} ${splitGuidance}`);
      const { loss, gradient } = await objective.evaluate(image, 0);
      await objective.release();
      expect(loss).toBeCloseTo(whole.loss, 3);
      expect(relative(gradient, whole.gradient)).toBeLessThan(1e-3);
      memory = bytes - 1;
    }
    expect([...seen]).toEqual(['true false', 'true true']);
  });
});

describe('a target', () => {
  it('away from the clean edit: none at the photo itself, and less the further edits are from it', async () => {
    const objective = makeObjective({ target: 'away', clean: image });
    const at = await objective.evaluate(image, 0);
    expect(at.loss).toBe(0);
    expect(at.gradient.every((g) => g === 0)).toBe(true);
    const [near, far] = [await objective.measure(moved(0.02)), await objective.measure(moved(0.2))];
    expect(far[0]!.loss).toBeLessThan(near[0]!.loss);
    expect(near[0]!.loss).toBeLessThan(0);
    expect(at.scale).toBeCloseTo(0.5 * Math.sqrt(length), 4);
    await objective.release();
    expect(() => makeObjective({ target: 'away' })).toThrow(/needs the photo/);
  });

  it('is approached along the gradient', async () => {
    const objective = makeObjective();
    const { loss, gradient } = await objective.evaluate(image, 0);
    const step = 1e-3 / Math.max(...gradient.map(Math.abs));
    const next = withDelta(
      image,
      gradient.map((g) => -step * g),
    );
    expect((await objective.evaluate(next, 0)).loss).toBeLessThan(loss);
    await objective.release();
  });
});

describe('several draws', () => {
  const two = seededDraws({ prompts: ['a dog', 'a cat'], count: 2, seed: 3, fixed: true }).at(0);
  const makeDraws = (...draws: typeof two) => ({ at: () => draws, measured: draws });

  it('are averaged, in loss, gradient and measure', async () => {
    const aim = { target: 'away', clean: image } as const;
    const photo = moved(0.1);
    const each: { loss: number; gradient: Float32Array }[] = [];
    for (const draw of two) {
      const objective = makeObjective({ ...aim, draws: makeDraws(draw) });
      const { loss, gradient } = await objective.evaluate(photo, 0);
      each.push({ loss, gradient });
      await objective.release();
    }
    const objective = makeObjective({ ...aim, draws: makeDraws(...two) });
    const { loss, gradient, parts } = await objective.evaluate(photo, 0);
    expect(loss).toBeCloseTo((each[0]!.loss + each[1]!.loss) / 2, 4);
    expect(each[0]!.loss).not.toBeCloseTo(each[1]!.loss, 4);
    const mean = gradient.map((_, i) => (each[0]!.gradient[i]! + each[1]!.gradient[i]!) / 2);
    expect(relative(gradient, mean)).toBeLessThan(1e-5);
    expect(parts).toEqual([{ ref: 'tiny', loss }]);
    const [measured] = await objective.measure(photo);
    expect(measured!.ref).toBe('tiny');
    expect(measured!.loss).toBeCloseTo(loss, 3);
    // The slope of what is measured, along the gradient.
    const size = Math.hypot(...gradient);
    const at = async (h: number): Promise<number> =>
      (
        await objective.measure(
          withDelta(
            photo,
            gradient.map((g) => (h * g) / size),
          ),
        )
      )[0]!.loss;
    expect(((await at(0.02)) - (await at(-0.02))) / 0.04 / size).toBeCloseTo(1, 1);
    await objective.release();
  });
});

describe('the last k steps', () => {
  it('all of them are the full gradient; fewer are another', async () => {
    const of = async (last?: number): Promise<Float32Array> => {
      const objective = makeObjective(last === undefined ? {} : { last });
      const { gradient } = await objective.evaluate(image, 0);
      await objective.release();
      return gradient;
    };
    const full = await of();
    expect(relative(await of(2), full)).toBe(0);
    const part = relative(await of(1), full);
    expect(part).toBeGreaterThan(1e-4);
    expect(part).toBeLessThan(2);
  });
});

describe('draws', () => {
  const makeDraws = (fixed: boolean) => seededDraws({ prompts: ['a', 'b', 'c'], count: 2, seed: 4, fixed });
  const show = (draws: readonly { prompt: string; noise: { initial(n: number): Float32Array } }[]) =>
    draws.map(({ prompt, noise }) => `${prompt} ${noise.initial(3)}`);

  it('are others at each gradient, the same for the same seed, and none of them is measured on', () => {
    const { at, measured } = makeDraws(false);
    expect(show(at(0))).toHaveLength(2);
    expect(show(at(0))).toEqual(show(makeDraws(false).at(0)));
    const gradients = Array.from({ length: 50 }, (_, k) => show(at(k))).flat();
    expect(new Set(gradients).size).toBe(100);
    expect(new Set(gradients.map((text) => text[0]))).toEqual(new Set(['a', 'b', 'c']));
    for (const one of show(measured)) expect(gradients).not.toContain(one);
  });

  it('may be fixed', () => {
    const { at } = makeDraws(true);
    expect(show(at(7))).toEqual(show(at(0)));
  });
});
