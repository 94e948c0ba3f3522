import { describe, expect, it } from 'vitest';
import { quadratic, smallImage } from '../../../../tests/support/quadratic.ts';
import type { Size } from '../image/index.ts';
import type { Random } from '../random.ts';
import type { Runtime } from '../runtime/index.ts';
import { parseDraws } from '../transforms/index.ts';
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

describe('transforms on the way', () => {
  // Transforms of numbers only, and an objective that wants the picture darker: neither needs a program.
  const runtime = { programs: { lease: () => ({ release: async () => {} }) } } as unknown as Runtime;
  const immunizeThrough = async (photo: Size, modelSize: Size) => {
    const seen: Size[] = [];
    const objective: Objective = {
      evaluate: async ({ width, height, data }) => {
        seen.push({ width, height });
        return { loss: data.reduce((a, b) => a + b, 0), gradient: data.map(() => 1), scale: 1, parts: [] };
      },
      measure: async () => [],
      release: async () => {},
    };
    const resized: Size[] = [];
    const draws = parseDraws('resize:0.5');
    const watched = {
      ...draws,
      draw: (random: Random, k: number) => {
        const drawn = draws.draw(random, k);
        return {
          ...drawn,
          passes: (size: Size, seed: number) => {
            resized.push(size);
            return drawn.passes!(size, seed);
          },
        };
      },
    };
    const recipe = { ...RECIPES.fast, steps: 1 };
    const attack = new Attack(
      { constraint: makeConstraint('linf', 0.1), recipe, through: { draws: watched, runtime } },
      async () => ({ objective: () => objective, sizes: [modelSize], grey: false, plannedBytes: 0 }),
    );
    const data = new Uint8Array(3 * photo.width * photo.height).fill(128);
    const { pixels } = await attack.immunize({ ...photo, channels: 3, data });
    expect(Math.max(...pixels.data)).toBeLessThan(128);
    const { width, height } = resized[0]!;
    return { transformed: `${width}x${height}`, seen: `${seen[0]!.width}x${seen[0]!.height}` };
  };
  const [large, small] = [
    { width: 40, height: 24 },
    { width: 20, height: 12 },
  ];

  it('happen to a large photo at the size to which a site makes it smaller, to any other at its own', async () => {
    expect(await immunizeThrough(large, small)).toEqual({ transformed: '20x12', seen: '20x12' });
    expect(await immunizeThrough(small, large)).toEqual({ transformed: '20x12', seen: '40x24' });
    expect(await immunizeThrough(large, large)).toEqual({ transformed: '40x24', seen: '40x24' });
  });
});
