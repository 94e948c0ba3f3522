// Tile by tile, on a surrogate of two latent spaces with random weights: what it sees of each place lies within a tile's margin.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { smallImage } from '../../../../../tests/support/quadratic.ts';
import { RandomStore } from '../../../../../tests/support/tiny-surrogates.ts';
import { distance } from '../../displacement/index.ts';
import type { PhotoGuardError } from '../../errors.ts';
import type { Image01 } from '../../image/index.ts';
import { parseSurrogateConfig, SurrogateEncoder } from '../../models/index.ts';
import { Random } from '../../random.ts';
import { openRuntime, type Runtime } from '../../runtime/node/index.ts';
import { Tiling } from '../../view/index.ts';
import { settle } from '../settle.ts';
import { ATTACKS } from '../table.ts';
import { AwayObjective, AwayPrograms } from './away-objective.ts';
import { inTiles } from './away-tiles.ts';
import { planAway, tileFactor, toNetwork } from './encoder-plan.ts';

const size = { width: 448, height: 320 };
const clean = smallImage(size.width, size.height);
const noise = new Random(3).uniform(clean.data.length, -0.03, 0.03);
const image: Image01 = { ...clean, data: clean.data.map((x, i) => x + noise[i]! * (i % 3)) };

const space = (name: string, channels: number) => ({
  ...{ name, mean: Array(channels).fill(0.2), deviation: Array(channels).fill(1.5) },
});
const config = { design: 'strided', channels: [4, 6], blocks: [1, 1], spaces: [space('a', 2), space('b', 3)] };
const surrogate = new SurrogateEncoder(parseSurrogateConfig(config), new RandomStore());
const spaces = surrogate.spaces.map((encoder) => ({ space: encoder.space, encoder }));
const victims = [{ ref: 'surrogate', autoencoder: spaces[0]!.encoder, spaces, size }];
const networks = victims.map(toNetwork);

describe('away, tile by tile', () => {
  let runtime: Runtime;
  beforeAll(async () => {
    runtime = await openRuntime({ device: 'cpu', threads: 1 });
  });
  afterAll(() => runtime.close());

  it('has the displacements and the gradient of the whole photo', async () => {
    const plan = planAway(victims, size);
    expect(plan.tile).toBeUndefined();
    const budget = planAway(victims, { width: 256, height: 256 }).bytes * 1.05;
    const tiled = planAway(victims, size, budget);
    expect(tiled.tile).toEqual({ width: 256, height: 256 });
    expect(tiled.bytes).toBeLessThanOrEqual(budget);
    const whole = new AwayObjective(new AwayPrograms({ networks, plans: plan.programs, size, runtime }));
    const tile = new AwayPrograms({ networks, plans: tiled.programs, size: tiled.tile!, runtime });
    const parts = new AwayObjective(inTiles(tile, new Tiling(size, tiled.tile!, tileFactor(networks))));
    for (let k = 0; k < 2; k++) {
      const one = await whole.evaluate(image, k, undefined, clean);
      const other = await parts.evaluate(image, k, undefined, clean);
      expect(other.loss / one.loss).toBeCloseTo(1, 4);
      const norm = distance(one.gradient, new Float32Array(one.gradient.length));
      expect(distance(one.gradient, other.gradient) / norm).toBeLessThan(1e-3);
    }
    const [one, other] = [await whole.measure(image, undefined, clean), await parts.measure(image, undefined, clean)];
    for (const [k, { loss }] of other.entries()) expect(loss / one[k]!.loss).toBeCloseTo(1, 4);
    await whole.release();
    await parts.release();
  });

  it('is what an attack does where memory is short, and its error names the least that is enough', async () => {
    const settled = settle(ATTACKS.encoder!, { target: 'away', start: 'random', steps: 2, eps: 8 / 255 });
    const memory = planAway(victims, { width: 256, height: 256 }).bytes * 1.05;
    const planned = ATTACKS.encoder!.plan(settled, victims, { memory });
    expect(planned.bytes).toBeLessThanOrEqual(memory);
    const photo = { ...size, channels: 3 as const, data: Uint8Array.from(clean.data, (x) => Math.round(255 * x)) };
    const attack = planned.prepare({ photo, seed: 1 }, runtime);
    const { pixels } = await attack.immunize(photo);
    const noisy = await attack.measure(attack.control(photo), undefined, photo);
    for (const [k, { loss }] of (await attack.measure(pixels, undefined, photo)).entries())
      expect(loss).toBeLessThan(1.2 * noisy[k]!.loss);
    await attack.release();
    let needed = 0;
    try {
      ATTACKS.encoder!.plan(settled, victims, { memory: 1000 });
    } catch (error) {
      needed = (error as PhotoGuardError).bytes!;
    }
    expect(needed).toBeGreaterThan(1000);
    expect(ATTACKS.encoder!.plan(settled, victims, { memory: needed }).bytes).toBeLessThanOrEqual(needed);
  });
});
