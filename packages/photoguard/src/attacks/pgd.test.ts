import { describe, expect, it } from 'vitest';
import { quadratic, smallImage } from '../../../../tests/support/quadratic.ts';
import { constraintOf } from './constraint.ts';
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
  const loop = pgd(image, objective, constraintOf(norm, 0.1), how, options);
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

  it('keeps part of the former direction with momentum', async () => {
    const still = recipe({ steps: 2, momentum: 0.5, stepSize: () => 0.01 });
    const objective = quadratic(image.data.map((x) => x - 0.005)); // overshot by the first step
    expect((await run(objective, { ...still, momentum: 0 })).delta[0]).toBeCloseTo(0, 5);
    expect(
      (await run(objective, { ...still, momentum: 0.99, stepSize: (k) => (k ? 0.001 : 0.006) })).delta[0],
    ).not.toBe(0);
  });

  it('stops within one gradient of the signal', async () => {
    const [objective, controller] = [quadratic(dark), new AbortController()];
    const loop = pgd(image, objective, constraintOf('linf', 0.1), recipe(), { signal: controller.signal });
    await loop.next();
    await loop.next();
    controller.abort();
    await expect(loop.next()).rejects.toMatchObject({ name: 'PhotoGuardError', code: 'aborted' });
    expect(objective.counted.evaluations).toBe(2);
  });

  it('refuses a first loss that is no number', async () => {
    const broken = quadratic(dark.map(() => Number.NaN));
    await expect(run(broken)).rejects.toThrow(/the loss is NaN/);
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
          : { ...good, gradient: good.gradient.map(() => Number.NaN) };
      };
      const { delta, gradients, stopped, told } = await run({ ...inner, evaluate });
      expect(gradients).toBe(3);
      expect(stopped).toMatch(/gradient 4 of 20: the .* (NaN|finite)/);
      const { loss } = await inner.evaluate(withDelta(image, delta));
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
