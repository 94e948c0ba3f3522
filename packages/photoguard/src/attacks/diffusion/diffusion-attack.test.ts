// Two editors that were trained at unlike sizes: each sees the photo at its own, as an editor would.
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testPixels } from '../../../../../tests/support/photos.ts';
import type { Mask, Pixels8, Size } from '../../image/index.ts';
import type { Pipeline } from '../../models/index.ts';
import { loadPipeline } from '../../models/node/index.ts';
import { openRuntime, type Runtime } from '../../runtime/node/index.ts';
import { tunedRecipe } from '../tuning.ts';
import { type AttackedEditor, diffusionAttack } from './diffusion-attack.ts';
import { DIFFUSION_RECIPES } from './diffusion-recipes.ts';

const FOLDER = fileURLToPath(
  new URL('../../../../../tests/fixtures/golden/checkpoints/tiny-sd-inpaint', import.meta.url),
);
const square = (side: number): Size => ({ width: side, height: side });
const photo: Pixels8 = { ...square(48), channels: 3, data: testPixels(48, 48, 3) };
const mask: Mask = { ...square(48), data: Uint8Array.from({ length: 48 * 48 }, (_, i) => (i % 48 < 24 ? 1 : 0)) };

let runtime: Runtime;
let pipeline: Pipeline;
beforeAll(async () => {
  runtime = await openRuntime({ device: 'cpu' });
  pipeline = await loadPipeline(FOLDER);
});
afterAll(() => runtime.close());

const edit = { strength: 1, steps: 1, guidance: 1, eta: 0 };
const attackOn = (victims: readonly Omit<AttackedEditor, 'edit'>[], modelSize: Size) =>
  diffusionAttack({
    ...{ runtime, photo, mask, modelSize, prompts: [''], draws: 1 },
    victims: victims.map((victim) => ({ ...victim, edit })),
    ...tunedRecipe(DIFFUSION_RECIPES.fast, { steps: 2 }),
    target: 'grey',
  });

describe('a diffusion attack on editors of unlike sizes', () => {
  it('shows each the photo at its own size, and moves it for both', async () => {
    const editors = [
      { ref: 'large', pipeline, modelSize: square(32) },
      { ref: 'small', pipeline, modelSize: square(16) },
    ];
    const both = attackOn(editors, square(32));
    const { pixels } = await both.immunize(photo);
    const found = await both.measure(pixels);
    const before = await both.measure(photo);
    await both.release();
    for (const [k, { ref, modelSize }] of editors.entries()) {
      const alone = attackOn([{ ref, pipeline }], modelSize);
      const [expected] = await alone.measure(pixels);
      await alone.release();
      expect(found[k]).toEqual(expected);
      expect(found[k]!.loss).toBeLessThan(before[k]!.loss);
    }
  });
});
