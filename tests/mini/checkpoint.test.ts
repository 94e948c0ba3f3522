// The committed model is the one that its card speaks of: the weights have the hashes of figures.json, and give the losses
// that stand there.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { decodePhoto } from 'photoguard/image/node';
import { type Pipeline, readSafetensorsHeader } from 'photoguard/models';
import { checkEmbedded, embeddedFolder, fileSource, hasEmbedded, loadPipeline } from 'photoguard/models/node';
import { openRuntime, type Runtime } from 'photoguard/runtime/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CardFigures, photosLoss } from '../../training/evaluate/card-figures.ts';
import type { RegionLoss } from '../../training/evaluate/losses.ts';
import { portraitLoss } from '../../training/evaluate/portrait-loss.ts';

const WEIGHTS_OF_UNET = 'diffusion_pytorch_model.safetensors';
const PORTRAIT = fileURLToPath(new URL('../../examples/portrait.png', import.meta.url));
const PHOTOS = fileURLToPath(new URL('../../../shared/photos', import.meta.url));
/** Losses are rounded to 1e-5; machines differ in the order of float32 sums. */
const DIGITS = 4;

const expectLoss = (got: RegionLoss, wanted: RegionLoss): void => {
  for (const region of ['hole', 'known', 'whole'] as const)
    expect(got[region], region).toBeCloseTo(wanted[region], DIGITS);
};

describe.skipIf(!hasEmbedded())('models/mini (skipped where its weights are absent)', () => {
  let runtime: Runtime;
  let pipeline: Pipeline;
  let figures: CardFigures;
  beforeAll(async () => {
    const folder = embeddedFolder();
    figures = JSON.parse(await readFile(join(folder, 'figures.json'), 'utf8')) as CardFigures;
    runtime = await openRuntime({ device: 'cpu' });
    pipeline = await loadPipeline(folder, 'mini');
  });
  afterAll(() => runtime?.close());

  it('has the hashes of its card', async () => {
    await checkEmbedded();
  });

  it('says of its projections what they are, which diffusers minds and we do not', async () => {
    const unet = join(embeddedFolder(), 'unet');
    const header = new Map(await readSafetensorsHeader(await fileSource(join(unet, WEIGHTS_OF_UNET))));
    const { use_linear_projection: linear } = JSON.parse(await readFile(join(unet, 'config.json'), 'utf8'));
    for (const [name, { shape }] of header)
      if (/proj_(in|out)\.weight$/.test(name)) expect([name, shape.length === 2]).toEqual([name, linear]);
  });

  it("has its card's loss on crops of examples/portrait.png", async () => {
    const { pixels } = await decodePhoto(PORTRAIT);
    expectLoss(await portraitLoss(runtime, pipeline, pixels), figures.fixed.portrait);
  });

  it.skipIf(!existsSync(PHOTOS))(
    "has its card's loss on validation photos (skipped where ../shared/photos is absent)",
    async () => {
      expectLoss(await photosLoss(runtime, pipeline, PHOTOS, new AbortController().signal), figures.fixed.photos);
    },
  );
});
