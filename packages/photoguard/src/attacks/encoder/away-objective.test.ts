// Away, on a surrogate of two latent spaces with random weights.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { smallImage } from '../../../../../tests/support/quadratic.ts';
import { RandomStore } from '../../../../../tests/support/tiny-surrogates.ts';
import type { Image01 } from '../../image/index.ts';
import { parseSurrogateConfig, SurrogateEncoder } from '../../models/index.ts';
import { Random } from '../../random.ts';
import { openRuntime, type Runtime } from '../../runtime/node/index.ts';
import { settle } from '../settle.ts';
import { ATTACKS } from '../table.ts';
import { AwayObjective, AwayPrograms } from './away-objective.ts';
import { planAway, toNetwork } from './encoder-plan.ts';

const size = { width: 16, height: 16 };
const clean = smallImage(size.width, size.height);
const noise = new Random(3).uniform(clean.data.length, -0.03, 0.03);
const image: Image01 = { ...clean, data: clean.data.map((x, i) => x + noise[i]!) };

const space = (name: string, channels: number) => ({
  ...{ name, mean: Array(channels).fill(0.2), deviation: Array(channels).fill(1.5) },
});

describe.each(['strided', 'pooled'] as const)('away from the latents of a %s surrogate', (design) => {
  const config = { design, channels: [4, 6], blocks: [1, 1], spaces: [space('a', 2), space('b', 3)] };
  const surrogate = new SurrogateEncoder(parseSurrogateConfig(config), new RandomStore());
  const spaces = surrogate.spaces.map((encoder) => ({ space: encoder.space, encoder }));
  const victims = [{ ref: 'surrogate', autoencoder: spaces[0]!.encoder, spaces, size }];
  let runtime: Runtime;
  let objective: AwayObjective;
  beforeAll(async () => {
    runtime = await openRuntime({ device: 'cpu', threads: 1 });
    const { programs: plans } = planAway(victims, size);
    objective = new AwayObjective(new AwayPrograms({ networks: victims.map(toNetwork), plans, size, runtime }));
  });
  afterAll(async () => {
    await objective.release();
    await runtime.close();
  });

  it('is minus the displacement of each space, in both programs', async () => {
    const { parts } = await objective.evaluate(image, 0, undefined, clean);
    const measured = await objective.measure(image, undefined, clean);
    expect(parts.map(({ ref }) => ref)).toEqual(['a', 'b']);
    for (const [k, { loss }] of parts.entries()) {
      expect(loss).toBeLessThan(-0.001);
      expect(measured[k]!.loss / loss).toBeCloseTo(1, 4);
    }
    expect((await objective.measure(clean, undefined, clean)).map(({ loss }) => Math.abs(loss))).toEqual([0, 0]);
  });

  it('has the gradient of central differences, of the spaces as they are weighed', async () => {
    await objective.evaluate(image, 0, undefined, clean); // weights come from what was seen last
    const { gradient, parts } = await objective.evaluate(image, 0, undefined, clean);
    const raw = parts.map(({ loss }) => Math.exp(10 * loss));
    const weights = raw.map((w) => w / raw.reduce((a, b) => a + b));
    const norm = Math.hypot(...gradient);
    const lossAt = async (h: number): Promise<number> => {
      const moved = { ...image, data: image.data.map((x, i) => x + (h * gradient[i]!) / norm) };
      const measured = await objective.measure(moved, undefined, clean);
      return measured.reduce((sum, { loss }, k) => sum + weights[k]! * loss, 0);
    };
    const slope = ((await lossAt(0.005)) - (await lossAt(-0.005))) / 0.01;
    expect(slope / norm).toBeCloseTo(1, 1);
  });

  it('asks for the clean photo', async () => {
    await expect(objective.evaluate(image, 0)).rejects.toThrow(/needs the clean photo/);
  });

  it.each([undefined, 'none; jpeg:60..90; resize:0.5..1'])(
    'is what --target away follows (through %s)',
    async (through) => {
      const settled = settle(ATTACKS.encoder!, { target: 'away', start: 'random', steps: 8, eps: 8 / 255, through });
      const photo = { ...size, channels: 3 as const, data: Uint8Array.from(clean.data, (x) => Math.round(255 * x)) };
      const attack = ATTACKS.encoder!.plan(settled, victims, {}).prepare({ photo, seed: 1 }, runtime);
      const { pixels } = await attack.immunize(photo);
      const noise = await attack.measure(attack.control(photo), undefined, photo);
      for (const [k, { loss }] of (await attack.measure(pixels, undefined, photo)).entries())
        expect(loss).toBeLessThan(1.3 * noise[k]!.loss);
      await attack.release();
    },
  );
});
