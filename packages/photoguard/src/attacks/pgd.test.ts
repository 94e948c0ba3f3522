import { describe, expect, it } from 'vitest';
import { quadratic, smallImage } from '../../../../tests/support/quadratic.ts';
import { PhotoGuardError } from '../errors.ts';
import { makeConstraint } from './constraint.ts';
import type { PgdOptions, Progress } from './pgd.ts';
import { pgd, withDelta } from './pgd.ts';
import type { Recipe } from './recipes.ts';

const recipe = (changes: Partial<Recipe> = {}): Recipe => ({
  name: 'test',
  steps: 20,
  start: 'zero',
  projectStart: true,
  stepSize: (k, eps) => 0.3 * eps * (1 - k / 20),
  momentum: 0,
  ...changes,
});

const image = smallImage();
const dark = new Float32Array(image.data.length); // the target: black, out of reach of a small ball

async function run(
  objective = quadratic(dark),
  how = recipe(),
  options: PgdOptions = {},
  norm: 'linf' | 'l2' = 'linf',
) {
  const told: Progress[] = [];
  const loop = pgd(image, objective, makeConstraint(norm, 0.1), how, options);
  let next = await loop.next();
  for (; !next.done; next = await loop.next()) told.push(next.value);
  return { told, ...next.value };
}

describe('projected gradient descent', () => {
  it('goes to the corner of the ball that the objective asks for, and tells every gradient', async () => {
    const { told, delta, gradients } = await run();
    expect(gradients).toBe(20);
    expect(told.map(({ gradient }) => gradient)).toEqual(Array.from({ length: 20 }, (_, k) => k + 1));
    expect(told.at(-1)!.loss).toBeLessThan(told[0]!.loss);
    for (const d of delta) expect(d).toBeCloseTo(-0.1, 5);
  });

  it('stays in an L2 ball as well', async () => {
    const { delta } = await run(quadratic(dark), recipe(), {}, 'l2');
    expect(Math.hypot(...delta)).toBeLessThanOrEqual(0.1 + 1e-6);
    expect(Math.hypot(...delta)).toBeGreaterThan(0.099);
  });

  it('leaves repainted pixels as they are, also from a random start', async () => {
    const mask = { width: 4, height: 3, data: Uint8Array.from({ length: 12 }, (_, i) => (i < 5 ? 1 : 0)) };
    const { delta } = await run(quadratic(dark), recipe({ start: 'random' }), { mask });
    for (const [i, d] of delta.entries()) {
      if (i % 12 < 5) expect(d).toBe(0);
      else expect(d).not.toBe(0);
    }
  });

  it('repeats itself for a seed, and differs for another', async () => {
    const random = recipe({ start: 'random', steps: 1 });
    const [a, b, c] = [await run(undefined, random, { seed: 3 }), await run(undefined, random, { seed: 3 })].concat(
      await run(undefined, random, { seed: 4 }),
    );
    expect(a!.delta).toEqual(b!.delta);
    expect(a!.delta).not.toEqual(c!.delta);
  });

  // In an L2 ball a step goes along the velocity itself, so that each of its values can be checked.
  it('keeps part of the former direction with momentum, gradients counted alike', async () => {
    const slopes = [image.data.map((_, i) => Math.sin(i + 1)), image.data.map((_, i) => 50 * Math.cos(i))] as const;
    let k = 0;
    const objective = {
      ...quadratic(dark),
      evaluate: async () => ({ loss: 1, gradient: slopes[k++]!, scale: 1, parts: [] }),
    };
    const sizes = [0.01, 0.003];
    const how = recipe({ steps: 2, momentum: 0.4, stepSize: (step) => sizes[step]! });
    const { delta } = await run(objective, how, {}, 'l2');
    const [first, second] = slopes.map((g) =>
      g.map((x) => x / (g.reduce((sum, y) => sum + Math.abs(y), 0) / g.length)),
    );
    const velocity = first!.map((x, i) => 0.4 * x + second![i]!);
    for (const [i, d] of delta.entries())
      expect(d).toBeCloseTo(
        -(sizes[0]! * first![i]!) / Math.hypot(...first!) - (sizes[1]! * velocity[i]!) / Math.hypot(...velocity),
        6,
      );
  });

  it('steps along the gradient alone without momentum, and nowhere along none', async () => {
    const slope = image.data.map((_, i) => Math.sin(i + 1));
    const flat = slope.map(() => 0);
    for (const momentum of [0, 0.5]) {
      const gradients = [slope, flat];
      const evaluate = async () => ({ loss: 1, gradient: gradients.shift()!, scale: 1, parts: [] });
      const { delta } = await run(
        { ...quadratic(dark), evaluate },
        recipe({ steps: 2, momentum, stepSize: () => 0.01 }),
        {},
        'l2',
      );
      const length = momentum === 0 ? 0.01 : 0.02;
      for (const [i, d] of delta.entries()) expect(d).toBeCloseTo((-length * slope[i]!) / Math.hypot(...slope), 6);
    }
    const evaluate = async () => ({ loss: 1, gradient: flat, scale: 1, parts: [] });
    const { delta } = await run({ ...quadratic(dark), evaluate }, recipe({ steps: 3, momentum: 0.5 }), {}, 'l2');
    expect(delta.every((d) => d === 0)).toBe(true);
  });

  it('hides the masked part of a drawn start at once, of a given one with the first step', async () => {
    const mask = { width: 4, height: 3, data: Uint8Array.from({ length: 12 }, (_, i) => (i < 5 ? 1 : 0)) };
    const drawn = await run(undefined, recipe({ start: 'random', steps: 0 }), { mask });
    for (const [i, d] of drawn.delta.entries()) expect(d === 0).toBe(i % 12 < 5);
    const start = image.data.map(() => 0.05);
    const given = recipe({ steps: 0, projectStart: false });
    expect((await run(undefined, given, { mask, start })).delta).toEqual(start);
    const { delta } = await run(undefined, { ...given, steps: 1, stepSize: () => 0.01 }, { mask, start });
    for (const [i, d] of delta.entries()) expect(d).toBeCloseTo(i % 12 < 5 ? 0 : 0.04, 6);
  });

  it('brings the start into the ball and the pixel range only where the recipe says so', async () => {
    const start = image.data.map((_, i) => (i % 2 ? 0.5 : -0.02));
    const left = await run(undefined, recipe({ steps: 0, projectStart: false }), { start });
    expect(left.delta).toEqual(start);
    const projected = await run(undefined, recipe({ steps: 0 }), { start });
    for (const [i, d] of projected.delta.entries()) expect(d).toBeCloseTo(i % 2 ? 0.1 : -0.02, 6);
  });

  it('tells seconds since its start', async () => {
    const inner = quadratic(dark);
    const evaluate = async (...args: Parameters<typeof inner.evaluate>) => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      return inner.evaluate(...args);
    };
    const began = performance.now();
    const { told, seconds } = await run({ ...inner, evaluate }, recipe({ steps: 2 }));
    const passed = (performance.now() - began) / 1000;
    expect(told[0]!.seconds).toBeGreaterThan(0.01);
    expect(told[1]!.seconds).toBeGreaterThan(told[0]!.seconds);
    expect(seconds).toBeGreaterThanOrEqual(told[1]!.seconds);
    expect(seconds).toBeLessThanOrEqual(passed);
  });

  it('passes on errors that are not of the model', async () => {
    const inner = quadratic(dark);
    let calls = 0;
    const evaluate = async (...args: Parameters<typeof inner.evaluate>) => {
      if (++calls > 2) throw new PhotoGuardError('memory', 'no memory is left');
      return inner.evaluate(...args);
    };
    await expect(run({ ...inner, evaluate })).rejects.toMatchObject({ code: 'memory' });
  });

  it.each([
    { losses: [3, 1, 2], best: 1 },
    { losses: [2, 2, 2], best: 0 },
    { losses: [1, 2, 3], best: 0 },
  ])('ends with the first of the lowest losses of $losses', async ({ losses, best }) => {
    const left = [...losses, Number.NaN];
    const gradient = image.data.map(() => 1);
    const evaluate = async () => ({ loss: left.shift()!, gradient, scale: 1, parts: [] });
    const { delta } = await run({ ...quadratic(dark), evaluate }, recipe({ stepSize: () => 0.01 }));
    for (const d of delta) expect(d).toBeCloseTo(-0.01 * best, 4);
  });

  it('stops within one gradient of the signal', async () => {
    const [objective, controller] = [quadratic(dark), new AbortController()];
    const loop = pgd(image, objective, makeConstraint('linf', 0.1), recipe(), { signal: controller.signal });
    await loop.next();
    await loop.next();
    controller.abort();
    await expect(loop.next()).rejects.toMatchObject({ name: 'PhotoGuardError', code: 'aborted' });
    expect(objective.counted.evaluations).toBe(2);
  });

  it('refuses a first loss that is no number', async () => {
    const broken = quadratic(dark.map(() => Number.NaN));
    await expect(run(broken)).rejects.toMatchObject({
      message: expect.stringMatching(/the loss is NaN/),
      hint: expect.stringMatching(/models check/),
    });
  });

  it.each(['loss', 'gradient'])(
    'ends with the best image so far where a %s is no number, and says when',
    async (part) => {
      let calls = 0;
      const inner = quadratic(dark);
      const evaluate = async (...args: Parameters<typeof inner.evaluate>) => {
        const good = await inner.evaluate(...args);
        if (++calls < 4) return good;
        return part === 'loss'
          ? { ...good, loss: Number.NaN }
          : { ...good, gradient: good.gradient.map((g, i) => (i === 7 ? Number.NaN : g)) };
      };
      const { delta, gradients, stopped, told } = await run({ ...inner, evaluate });
      expect(gradients).toBe(3);
      expect(stopped).toMatch(/gradient 4 of 20: the .* (NaN|finite)/);
      const { loss } = await inner.evaluate(withDelta(image, delta), 0);
      expect(loss).toBeCloseTo(Math.min(...told.map((one) => one.loss)), 3); // kept in 16 bits
    },
  );

  it('adds perturbations without touching the image', () => {
    const before = image.data.slice();
    expect(
      withDelta(
        image,
        image.data.map(() => 0.1),
      ).data[0],
    ).toBeCloseTo(before[0]! + 0.1, 6);
    expect(image.data).toEqual(before);
  });
});
