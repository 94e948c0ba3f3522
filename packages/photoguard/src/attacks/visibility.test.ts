// Visibility as a budget, on made-up photos and an objective that only pulls values up.
import { describe, expect, it } from 'vitest';
import type { Mask, Pixels8 } from '../image/index.ts';
import { flip } from '../metrics/index.ts';
import { Random } from '../random.ts';
import type { Objective } from './objective.ts';
import { pgd } from './pgd.ts';
import { linearSteps } from './recipes.ts';
import { settle } from './settle.ts';
import { ATTACKS } from './table.ts';
import { shareByPlace, VISIBILITY, VisibilityConstraint, type VisibilityName } from './visibility.ts';

const photoOf = (width: number, height: number, value: (i: number) => number): Pixels8 => ({
  ...{ width, height, channels: 3 },
  data: Uint8Array.from({ length: 3 * width * height }, (_, i) => value(i)),
});
const waves = (width: number, height: number): Pixels8 =>
  photoOf(width, height, (i) => 120 + 70 * Math.sin(i / 31) + 30 * Math.cos(i / 1700));

/** White on one side of a photo of 96x64. */
const half = (left: boolean): Mask => ({
  ...{ width: 96, height: 64 },
  data: Uint8Array.from({ length: 96 * 64 }, (_, i) => +(i % 96 < 48 === left)),
});

type Given = { spare?: Mask; favour?: Mask; mask?: Mask };

/** Wants every value to follow a random pattern. */
const follow: Objective = {
  async evaluate(image, k) {
    const pattern = new Random(4).uniform(image.data.length, -1, 1);
    const gradient = pattern.map((v) => v + 0.1 * Math.sin(k));
    return { loss: -k, gradient, scale: 1, parts: [] };
  },
  measure: async () => [],
  release: async () => undefined,
};

async function run(photo: Pixels8, name: VisibilityName, { mask, ...preference }: Given = {}) {
  const level = VISIBILITY[name];
  const constraint = new VisibilityConstraint(photo, level, { shares: shareByPlace(preference), mask });
  const recipe = {
    ...({ name: 'test', steps: 6, start: 'random', projectStart: true, momentum: 0 } as const),
    stepSize: linearSteps(0.35, 6),
  };
  const loop = pgd(photo, follow, constraint, recipe, { mask });
  let step = await loop.next();
  while (!step.done) step = await loop.next();
  return { made: constraint.land(photo, step.value.delta), constraint };
}

describe('a level of visibility', () => {
  it.each(Object.keys(VISIBILITY) as VisibilityName[])('%s is met within 5 %', async (name) => {
    const photo = waves(96, 64);
    const { made } = await run(photo, name);
    expect(Math.abs(flip(photo, made) / VISIBILITY[name].flip - 1)).toBeLessThan(0.05);
  });

  it('is met for a photo that is larger than the sample, and calm in one half', async () => {
    const photo = photoOf(700, 540, (i) => (i % 2100 < 1050 ? 128 : 120 + 100 * Math.sin(i / 5)));
    const { made, constraint } = await run(photo, 'low');
    expect(Math.abs(flip(photo, made) / VISIBILITY.low.flip - 1)).toBeLessThan(0.05);
    expect(constraint.eps).not.toBe(VISIBILITY.low.eps);
  });

  it('is that of what a mask leaves: what is hidden does not change, and does not count', async () => {
    const photo = waves(96, 64);
    const mask: Mask = {
      width: 96,
      height: 64,
      data: Uint8Array.from({ length: 96 * 64 }, (_, i) => (i % 96 < 48 ? 1 : 0)),
    };
    const { made } = await run(photo, 'low', { mask });
    expect(Math.abs(flip(photo, made) / (VISIBILITY.low.flip / 2) - 1)).toBeLessThan(0.05);
    for (let i = 0; i < mask.data.length; i++) if (mask.data[i]) expect(made.data[3 * i]).toBe(photo.data[3 * i]);
  });

  it.each([0, 128, 255])('of a flat picture of %d is met too', async (grey) => {
    const photo = photoOf(48, 40, () => grey);
    const { made } = await run(photo, 'medium');
    expect(Math.abs(flip(photo, made) / VISIBILITY.medium.flip - 1)).toBeLessThan(0.05);
  });

  it.each([
    ['spares what is to be spared, and makes up for it elsewhere', (left: Mask, _: Mask) => ({ spare: left })],
    ['favours what is to be favoured: the change is there', (_: Mask, right: Mask) => ({ favour: right })],
    ['does both at once', (left: Mask, right: Mask) => ({ spare: left, favour: right })],
  ])('%s', async (_, preference) => {
    const photo = waves(96, 64);
    const { made } = await run(photo, 'low', preference(half(true), half(false)));
    const change = (left: boolean): number => {
      let [sum, count] = [0, 0];
      for (let i = 0; i < made.data.length; i++) {
        if (Math.floor(i / 3) % 96 < 48 !== left) continue;
        sum += Math.abs(made.data[i]! - photo.data[i]!);
        count++;
      }
      return sum / count;
    };
    expect(change(true)).toBeLessThan(0.4 * change(false));
    expect(Math.abs(flip(photo, made) / VISIBILITY.low.flip - 1)).toBeLessThan(0.05);
  });
});

it('follows soft edges', () => {
  const soft = { width: 3, height: 1, data: Float32Array.of(0, 0.5, 1) };
  expect([...shareByPlace({ spare: soft })!]).toEqual([1, 0.625, 0.25]);
  expect([...shareByPlace({ favour: soft })!]).toEqual([0.25, 0.625, 1]);
});

it('is the same everywhere where all is spared, all favoured, or nothing', () => {
  const [all, none] = [1, 0].map((value) => ({ ...half(true), data: new Uint8Array(96 * 64).fill(value) }));
  for (const preference of [{}, { spare: all! }, { favour: all! }, { favour: none! }, { spare: none!, favour: all! }])
    expect(shareByPlace(preference)).toBeUndefined();
  expect(shareByPlace({ spare: half(true), favour: half(false) })).toEqual(shareByPlace({ spare: half(true) }));
});

describe('settings', () => {
  const { encoder } = ATTACKS;
  it('of the recipe protect: a visibility, away, through uploads', () => {
    const settled = settle(encoder!, { recipe: 'protect' });
    expect(settled).toMatchObject({ visibility: 'low', target: 'away', constraint: { norm: 'linf' } });
    expect(settled.through?.draws.spec).toContain('jpeg:60..95');
    expect(settle(encoder!, { recipe: 'protect', visibility: 'strong' }).visibility).toBe('strong');
  });

  it('with a bound have no visibility, and both together are refused', () => {
    const settled = settle(encoder!, { recipe: 'protect', eps: 8 / 255 });
    expect(settled.visibility).toBeUndefined();
    expect(settled.constraint.eps).toBe(8 / 255);
    expect(() => settle(encoder!, { visibility: 'low', eps: 8 / 255 })).toThrow(/takes the place of --eps/);
    expect(() => settle(encoder!, { visibility: 'low', norm: 'l2' })).toThrow(/takes the place of --eps/);
  });
});
