// What every kind of attack promises, on a small editor.
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testPixels } from '../../../../tests/support/photos.ts';
import type { PhotoGuardError } from '../errors.ts';
import type { Mask, Pixels8 } from '../image/index.ts';
import type { Pipeline } from '../models/index.ts';
import { loadPipeline } from '../models/node/index.ts';
import type { Runtime } from '../runtime/index.ts';
import { openRuntime } from '../runtime/node/index.ts';
import { parseDraws } from '../transforms/index.ts';
import type { AttackKind, Settings } from './kind.ts';
import { dashed } from './options.ts';
import { settle } from './settle.ts';
import { ATTACKS } from './table.ts';

const FOLDER = fileURLToPath(new URL('../../../../tests/fixtures/golden/checkpoints/tiny-sd-inpaint', import.meta.url));
const size = { width: 48, height: 48 };
const photo: Pixels8 = { ...size, channels: 3, data: testPixels(48, 48, 3) };
const mask: Mask = { ...size, data: Uint8Array.from({ length: 48 * 48 }, (_, i) => (i % 48 < 24 ? 1 : 0)) };
const kinds = Object.entries(ATTACKS);

let runtime: Runtime;
let pipeline: Pipeline;
beforeAll(async () => {
  runtime = await openRuntime({ device: 'cpu', threads: 1 });
  await runtime.programs.limit(1e9); // programs stay loaded for the next test
  pipeline = await loadPipeline(FOLDER);
});
afterAll(() => runtime?.close());

const planAttack = (kind: AttackKind, settings: Settings = {}, memory?: number) => {
  const model = { ref: 'tiny', autoencoder: pipeline.autoencoder, pipeline, size };
  const settled = settle(kind, { steps: 4, eps: 8 / 255, ...settings }, { masked: true });
  return kind.plan(settled, [model], memory === undefined ? {} : { memory });
};
const prepareAttack = (kind: AttackKind, settings: Settings = {}, memory?: number) =>
  planAttack(kind, settings, memory).prepare({ photo, mask, seed: 3 }, runtime);

/** The bytes that an error of too little memory names. */
function bytesNamed(plan: () => unknown): number {
  try {
    plan();
  } catch (error) {
    return (error as PhotoGuardError).bytes!;
  }
  throw new Error('it fits');
}

describe.each(kinds)('the attack %s', (name, kind) => {
  it('has its own name, a paper, and recipes of which one is fast', () => {
    expect(kind.name).toBe(name);
    expect(kind.source).toMatch(/20\d\d/);
    expect(Object.keys(kind.recipes)).toContain('fast');
    for (const name of Object.keys(kind.recipes)) {
      const { recipe } = settle(kind, { recipe: name }, { masked: true });
      expect(recipe.steps > 0, name).toBe(recipe.start !== 'network');
    }
  });

  it('plans the memory of the transforms that it looks through', () => {
    const photo = { width: 96, height: 64 };
    const model = { ref: 'tiny', autoencoder: pipeline.autoencoder, pipeline, size };
    const planFor = (through: string | undefined, context = {}) =>
      kind.plan(settle(kind, { steps: 4, eps: 8 / 255, through }, { masked: true }), [model], { photo, ...context });
    const uploads = 'none; jpeg:60..90:chroma=420|444; resize:0.5..1';
    const [plain, all] = [planFor(undefined).bytes, planFor(uploads).bytes];
    expect(all).toBeGreaterThan(plain + 3 * 4 * size.width * size.height); // an image at least
    expect(planFor(uploads, { memory: all }).bytes).toBe(all);
    const least = bytesNamed(() => planFor(uploads, { memory: 1000 }));
    expect(planFor(uploads, { memory: least }).bytes).toBeLessThanOrEqual(least);
    expect(least).toBeLessThanOrEqual(all);
    expect(least).toBeGreaterThan(bytesNamed(() => planFor(undefined, { memory: 1000 })));
  });

  it.each([undefined, 'none; jpeg:60..90; resize:0.5..1'])(
    'moves its loss further down than noise, within the bound, and leaves what is repainted (through %s)',
    async (through) => {
      const attack = prepareAttack(kind, { through, ...(through !== undefined && { throughDraws: 1 }) });
      const { pixels, gradients } = await attack.immunize(photo);
      const loss = async (version: Pixels8): Promise<number> => (await attack.measure(version))[0]!.loss;
      const [before, after, noise] = [await loss(photo), await loss(pixels), await loss(attack.control(photo))];
      expect(gradients).toBe(4);
      expect(after).toBeLessThan(Math.min(before, noise));
      for (const [i, value] of pixels.data.entries()) {
        expect(Math.abs(value - photo.data[i]!)).toBeLessThanOrEqual(8);
        if (mask.data[Math.floor(i / 3)]) expect(value).toBe(photo.data[i]);
      }
      await attack.release();
    },
  );

  it('gives the same photo for the same seed, also where it has immunized before', async () => {
    const [one, two] = [prepareAttack(kind, { steps: 1 }), prepareAttack(kind, { steps: 1 })];
    const { pixels } = await one.immunize(photo);
    expect((await two.immunize(photo)).pixels).toEqual(pixels);
    expect((await one.immunize(photo)).pixels).toEqual(pixels);
    await one.release();
    await two.release();
  });

  it('plans within the least budget that it names, and gives the same photo there', async () => {
    const tooLittle = () => planAttack(kind, {}, 1e5);
    expect(tooLittle).toThrow(/tiny at 48x48: programs need at least \d+ MB/);
    const least = bytesNamed(tooLittle);
    const { bytes } = planAttack(kind, {}, least);
    expect(bytes).toBeLessThanOrEqual(least);
    const [all, few] = [prepareAttack(kind, { steps: 1 }), prepareAttack(kind, { steps: 1 }, least)];
    expect(await few.plannedBytes()).toBe(bytes);
    expect((await few.immunize(photo)).pixels).toEqual((await all.immunize(photo)).pixels);
    await all.release();
    await few.release();
  });

  it('refuses what it does not have', () => {
    const asked = (settings: Settings) => () => settle(kind, settings, { masked: true });
    expect(asked({ recipe: 'constructor' })).toThrow(`the attack ${name} has no such recipe (got constructor)`);
    expect(asked({ nosuch: 1 })).toThrow(`--nosuch is not an option of the attack ${name}; it has: norm`);
    expect(asked({ target: 'nowhere' })).toThrow('target');
    expect(asked({ steps: 1.5 })).toThrow('--steps is a whole number from 1 to 100000 (got 1.5)');
    expect(asked({ eps: 0.1, stepSize: 0.3 })).toThrow('larger than the width of the ball');
    expect(asked({ through: 'median' })).toThrow('--through is a text: transforms, character 1');
  });

  it('reads its options as texts, as flags and arms give them', () => {
    for (const [key, option] of Object.entries(kind.options)) {
      expect(dashed(key)).toMatch(/^[a-z-]+$/);
      expect(option.about).not.toBe('');
      const parsed = option.parse('constructor');
      if (option.schema.safeParse(parsed).success) expect(option.list, key).toBe(true);
    }
  });
});

it('draws of --through are settled once', () => {
  const { through } = settle(ATTACKS.encoder!, { through: 'jpeg:60..95', throughDraws: 3, throughCount: 'worst' });
  expect(through).toMatchObject({ count: 3, combine: 'worst' });
  expect(through!.draws.spec).toBe(parseDraws('jpeg:60..95').spec);
});
