// The recipe `instant`, with a small network of random weights.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RandomStore, tinySurrogate } from '../../../../tests/support/tiny-surrogates.ts';
import { matchTone } from '../displacement/index.ts';
import type { Mask, Pixels8 } from '../image/index.ts';
import { flip } from '../metrics/index.ts';
import { Immunizer, parseImmunizerConfig, parseSurrogateConfig, SurrogateEncoder } from '../models/index.ts';
import type { Runtime } from '../runtime/index.ts';
import { openRuntime } from '../runtime/node/index.ts';
import type { AttackModel, PlanContext, Settings } from './kind.ts';
import { settle } from './settle.ts';
import { ATTACKS } from './table.ts';
import { VISIBILITY } from './visibility.ts';

const kind = ATTACKS.encoder!;
const immunizer = new Immunizer(parseImmunizerConfig({ fine: 6, coarse: 8, blocks: 1 }), new RandomStore());
const surrogate = new SurrogateEncoder(parseSurrogateConfig(tinySurrogate('strided')), new RandomStore());

const photo: Pixels8 = {
  ...{ width: 90, height: 70, channels: 3 }, // no multiples of 8
  data: Uint8Array.from({ length: 3 * 90 * 70 }, (_, i) => 120 + 70 * Math.sin(i / 31) + 30 * Math.cos(i / 1700)),
};
const size = { width: 88, height: 72 };

let runtime: Runtime;
beforeAll(async () => {
  runtime = await openRuntime({ device: 'cpu', threads: 1 });
});
afterAll(() => runtime?.close());

function plan(settings: Settings = {}, context: PlanContext = { immunizer }) {
  const spaces = surrogate.spaces.map((encoder) => ({ space: encoder.space, encoder }));
  const model: AttackModel = { ref: 'tiny', autoencoder: spaces[0]!.encoder, spaces, size };
  return kind.plan(settle(kind, { recipe: 'instant', ...settings }), [model], context);
}

async function protect(settings: Settings = {}, mask?: Mask) {
  const attack = plan(settings).prepare({ photo, mask, seed: 3 }, runtime);
  try {
    return { ...(await attack.immunize(photo)), parts: await attack.measure(photo) };
  } finally {
    await attack.release();
  }
}

describe('the recipe instant', () => {
  it.each(['unseen', 'low', 'strong'] as const)('is as visible as asked for, in one pass: %s', async (visibility) => {
    const { pixels, gradients, parts } = await protect({ visibility });
    expect(gradients).toBe(0);
    expect(parts).toEqual([]);
    expect(flip(photo, pixels) / VISIBILITY[visibility].flip).toBeCloseTo(1, 1);
  });

  it('gives the same each time, and changes no tone', async () => {
    const { pixels } = await protect();
    expect((await protect()).pixels).toEqual(pixels);
    const toned = matchTone(photo, pixels);
    const furthest = toned.data.reduce((most, value, i) => Math.max(most, Math.abs(value - photo.data[i]!)), 0);
    expect(furthest).toBeLessThanOrEqual(1);
  });

  it('leaves what is repainted', async () => {
    const hidden = Uint8Array.from({ length: 90 * 70 }, (_, i) => (i % 90 < 45 ? 1 : 0));
    const { pixels } = await protect({}, { width: 90, height: 70, data: hidden });
    const changed = [0, 1].map(
      (side) => pixels.data.filter((v, i) => hidden[Math.floor(i / 3)] === side && v !== photo.data[i]).length,
    );
    expect(changed[1]).toBe(0);
    expect(changed[0]).toBeGreaterThan(1000);
  });

  it('is where gradients begin, if any are asked for', async () => {
    const { pixels } = await protect();
    const more = await protect({ steps: 3 });
    expect(more.gradients).toBe(3);
    expect(more.parts.map(({ ref }) => ref)).toEqual(['sd1', 'flux1']);
    const equal = (a: Pixels8, b: Pixels8) =>
      a.data.filter((v, i) => v > photo.data[i]! === b.data[i]! > photo.data[i]!);
    expect(equal(pixels, more.pixels).length / pixels.data.length).toBeGreaterThan(0.6);
    expect(more.pixels).not.toEqual(pixels);
  });

  it('says what it lacks', () => {
    expect(() => plan({}, {})).toThrow('the recipe instant needs the network of models/immunizer');
    expect(() => plan({ target: 'grey' })).toThrow(/no other target than away \(got grey\)/);
    const { bytes } = plan();
    expect(() => plan({}, { immunizer, memory: bytes - 1 })).toThrow(/instant at 88x72: programs need at least/);
  });
});
