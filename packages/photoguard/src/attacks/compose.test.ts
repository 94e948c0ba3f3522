import { describe, expect, it } from 'vitest';
import { quadratic, smallImage } from '../../../../tests/support/quadratic.ts';
import { Attack } from './attack.ts';
import { makeConstraint } from './constraint.ts';
import { ensemble } from './ensemble.ts';
import type { Objective } from './objective.ts';
import { pgd } from './pgd.ts';
import { RECIPES } from './recipes.ts';

const image = smallImage();
const dark = new Float32Array(image.data.length);
const light = dark.map(() => 1);

describe('an ensemble', () => {
  it('of one is that one', () => {
    const one = quadratic(dark);
    expect(ensemble([one])).toBe(one);
  });

  it('counts models alike whatever the size of their losses, and reports each', async () => {
    const both = ensemble([quadratic(dark, 1, 'a'), quadratic(dark, 1000, 'b')]);
    const { loss, gradient, parts } = await both.evaluate(image, 0);
    expect(loss).toBeCloseTo(1, 6);
    expect(parts.map(({ ref }) => ref)).toEqual(['a', 'b']);
    const alone = (await quadratic(dark).evaluate(image, 0)).gradient;
    for (const [i, g] of gradient.entries()) expect(g).toBeCloseTo(alone[i]!, 4);
    const brighter = { ...image, data: image.data.map((x) => x + 0.1) };
    const rise = (await quadratic(dark).measure(brighter))[0]!.loss - parts[0]!.loss;
    expect((await both.evaluate(brighter, 0)).loss).toBeCloseTo(1 + rise, 4);
  });

  // Each is led away from the photo in its own directions; in some of them the two are at odds. Both losses begin at 0.
  const away = (factor: number, side: 1 | -1): Objective => {
    const sizes = image.data.map((_, i) => (i % 3 === 0 ? side : i % 2 === (side + 1) / 2 ? 2 : 0));
    const moved = (data: Float32Array) => data.reduce((sum, x, i) => sum + sizes[i]! * (x - image.data[i]!), 0);
    const part = (data: Float32Array) => ({ ref: `${side}`, loss: -factor * moved(data) });
    return {
      evaluate: async ({ data }) => ({
        ...{ loss: part(data).loss, gradient: sizes.map((w) => -factor * w), scale: factor, parts: [part(data)] },
      }),
      measure: async ({ data }) => [part(data)],
      release: async () => {},
    };
  };
  const immunized = async (objective: Objective, start: 'zero' | 'random') => {
    const loop = pgd(image, objective, makeConstraint('linf', 0.1), { ...RECIPES.fast, start });
    for (;;) {
      const step = await loop.next();
      if (step.done) return { ...image, data: image.data.map((x, i) => x + step.value.delta[i]!) };
    }
  };

  it.each(['zero', 'random'] as const)(
    'moves two models of unlike scale whose losses begin near 0 and fall, from a %s start',
    async (start) => {
      const [a, b] = [away(0.01, 1), away(1000, -1)];
      const alone = [await immunized(a, start), await immunized(b, start)];
      const both = await immunized(ensemble([a, b]), start);
      for (const [m, one] of [a, b].entries()) {
        const [reached, most] = [await one.measure(both), await one.measure(alone[m]!)];
        expect(reached[0]!.loss).toBeLessThan(0.5 * most[0]!.loss); // a model that does not count gets a third
      }
      const alike = await immunized(ensemble([away(1, 1), away(1, -1)]), start);
      expect(Math.max(...both.data.map((x, i) => Math.abs(x - alike.data[i]!)))).toBeLessThan(1e-3);
    },
  );

  it('begins anew with every photo', async () => {
    const victims = [quadratic(dark, 1, 'dark'), quadratic(light, 1, 'light')];
    const attackOn = () =>
      new Attack({ constraint: makeConstraint('linf', 0.1), recipe: RECIPES.fast }, async () => ({
        objective: () => ensemble(victims),
        sizes: [{ width: 4, height: 3 }],
        grey: false,
        plannedBytes: 0,
      }));
    const photo = (value: number) => ({
      width: 4,
      height: 3,
      channels: 3 as const,
      data: new Uint8Array(36).fill(value),
    });
    const used = attackOn();
    await used.immunize(photo(30));
    const second = await used.immunize(photo(150));
    expect(second.pixels).toEqual((await attackOn().immunize(photo(150))).pixels);
  });

  it('measures every model', async () => {
    const both = ensemble([quadratic(dark, 1, 'a'), quadratic(light, 2, 'b')]);
    expect(await both.measure(image)).toEqual([
      ...(await quadratic(dark, 1, 'a').measure(image)),
      ...(await quadratic(light, 2, 'b').measure(image)),
    ]);
  });

  it('favours the model that lags behind, unless a mean is asked for', async () => {
    const share = async (weighting: 'worst' | 'mean'): Promise<number> => {
      const pull = ensemble([quadratic(dark, 1, 'dark'), quadratic(light, 1, 'light')], weighting);
      await pull.evaluate({ ...image, data: image.data.map(() => 0.5) }, 0); // where progress is 1
      const { gradient } = await pull.evaluate({ ...image, data: image.data.map(() => 0.4) }, 0);
      return gradient[0]!;
    };
    expect(await share('mean')).toBeLessThan(0); // towards light, which lags: its gradient is the larger
    expect(await share('worst')).toBeLessThan(2 * (await share('mean')));
  });

  it('weighs progress of any size', async () => {
    const pull = ensemble([quadratic(dark, 1, 'dark'), quadratic(light, 1, 'light')]);
    await pull.evaluate(image, 0);
    for (const value of [-20, 20]) {
      const { loss, gradient } = await pull.evaluate({ ...image, data: image.data.map(() => value) }, 0);
      expect(loss).toBeGreaterThan(1);
      expect(gradient[0]).toBeCloseTo(value < 0 ? value - 1 : value, 3); // that of the one that is further away
    }
  });

  it('releases every model', async () => {
    const [a, b] = [quadratic(dark), quadratic(light)];
    await ensemble([a, b]).release();
    expect([a.counted.released, b.counted.released]).toEqual([1, 1]);
  });
});
