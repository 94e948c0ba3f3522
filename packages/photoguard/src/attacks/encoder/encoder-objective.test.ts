// The objective through a tiny autoencoder with random weights (a committed golden checkpoint). That its gradient is that
// of PyTorch is shown by `npm run golden -- attack-encoder`.
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { smallImage } from '../../../../../tests/support/quadratic.ts';
import type { Autoencoder } from '../../models/index.ts';
import { loadAutoencoder } from '../../models/node/index.ts';
import { ProgramStore } from '../../runtime/index.ts';
import { openRuntime, type Runtime } from '../../runtime/node/index.ts';
import { l2Norm } from '../constraint.ts';
import { targetLatent } from '../target.ts';
import { EncoderObjective, type EncoderObjectiveOptions } from './encoder-objective.ts';

const FOLDER = fileURLToPath(new URL('../../../../../tests/fixtures/golden/checkpoints/ae-tiny', import.meta.url));
const size = { width: 24, height: 16 };
const image = smallImage(size.width, size.height);

let runtime: Runtime;
let autoencoder: Autoencoder;
beforeAll(async () => {
  runtime = await openRuntime({ device: 'cpu' });
  ({ autoencoder } = await loadAutoencoder(FOLDER));
});
afterAll(() => runtime.close());

const makeObjective = (options: Partial<EncoderObjectiveOptions> = {}): EncoderObjective =>
  new EncoderObjective({ victim: { ref: 'tiny', autoencoder }, size, runtime, ...options });

/** What an objective can be asked, each in the same way. */
const calls = {
  evaluate: (objective: EncoderObjective, signal?: AbortSignal) => objective.evaluate(image, 0, signal),
  measure: (objective: EncoderObjective, signal?: AbortSignal) => objective.measure(image, signal),
  latent: (objective: EncoderObjective, signal?: AbortSignal) => objective.latent(image, signal),
};

describe("an encoder attack's objective", () => {
  it('is the distance of the latent to the target, by either program', async () => {
    const plain = makeObjective();
    const latent = await plain.latent(image);
    const { loss, parts } = await plain.evaluate(image, 0);
    expect(loss / l2Norm(latent)).toBeCloseTo(1, 5);
    expect(parts).toEqual([{ ref: 'tiny', loss }]);
    const objective = makeObjective({ target: latent.map((x, i) => x + (i % 2 ? 3 : -3)) });
    const [measured] = await objective.measure(image);
    expect(measured!.ref).toBe('tiny');
    expect(measured!.loss).toBeCloseTo(3 * Math.sqrt(latent.length), 3);
    expect((await objective.evaluate(image, 0)).loss).toBeCloseTo(measured!.loss, 3);
    await plain.release();
    await objective.release();
  });

  it('has the gradient of central differences', async () => {
    const objective = makeObjective();
    const { gradient } = await objective.evaluate(image, 0);
    const direction = gradient.map((g) => g / l2Norm(gradient));
    const lossAt = async (h: number): Promise<number> =>
      (await objective.measure({ ...image, data: image.data.map((x, i) => x + h * direction[i]!) }))[0]!.loss;
    const slope = ((await lossAt(0.01)) - (await lossAt(-0.01))) / 0.02;
    expect(slope / l2Norm(gradient)).toBeCloseTo(1, 2);
    await objective.release();
  });

  it('counts its way to the target as 1, and where there is none to go, the size of the target', async () => {
    const objective = makeObjective();
    const far = await objective.evaluate(image, 0);
    expect(far.scale).toBe(far.loss);
    const grey = (await targetLatent('grey', objective, size, 0))!;
    const near = makeObjective({ target: grey });
    const { loss, scale } = await near.evaluate({ ...image, data: new Float32Array(image.data.length).fill(0.5) }, 0);
    expect(loss).toBeLessThan(1e-3);
    expect(scale).toBeCloseTo(l2Norm(grey), 3);
    await objective.release();
    await near.release();
  });

  it('holds one program at a time, and none when it is released', async () => {
    let [held, loads] = [0, 0];
    const load: Runtime['load'] = async (...args) => {
      const program = await runtime.load(...args);
      held++;
      loads++;
      return {
        ...program,
        release: () => {
          held--;
          return program.release();
        },
      };
    };
    const programs = new ProgramStore({ load });
    const objective = makeObjective({ runtime: { ...runtime, programs } as Runtime });
    for (const use of ['evaluate', 'evaluate', 'measure', 'latent', 'evaluate'] as const) {
      await calls[use](objective);
      expect(held).toBe(1);
    }
    await objective.release();
    await objective.release();
    expect(held).toBe(0);
    expect(loads).toBe(3); // gradient, loss, gradient
  });

  it('says how much memory it takes, and that a budget is too small', () => {
    const { bytes } = makeObjective().plan();
    expect(makeObjective({ memory: bytes }).plan().bytes).toBeLessThanOrEqual(bytes);
    expect(() => makeObjective({ memory: 1000 }).plan()).toThrow(
      expect.objectContaining({ code: 'memory', message: expect.stringMatching(/^tiny at 24x16: /) }),
    );
  });

  it.each(['evaluate', 'measure', 'latent'] as const)('stops at the signal: %s, loaded or not', async (use) => {
    const aborted = AbortSignal.abort();
    const objective = makeObjective();
    await expect(calls[use](objective, aborted)).rejects.toMatchObject({ code: 'aborted' });
    await calls[use](objective);
    await expect(calls[use](objective, aborted)).rejects.toMatchObject({ code: 'aborted' });
    await objective.release();
    const loading = new AbortController();
    const programs = new ProgramStore({
      load: () => {
        loading.abort();
        return new Promise(() => undefined);
      },
    });
    const waiting = calls[use](makeObjective({ runtime: { ...runtime, programs } as Runtime }), loading.signal);
    await expect(waiting).rejects.toMatchObject({ code: 'aborted' });
  });
});
