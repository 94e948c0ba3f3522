// What a project for the browser gets: the packages' exports bundle without anything of Node, an encoder attack is small,
// and it immunizes in Chromium as it does in Node.
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encoderAttack, makeConstraint, RECIPES } from 'photoguard/attacks';
import { loadAutoencoder } from 'photoguard/models/node';
import { openRuntime } from 'photoguard/runtime/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testPixels } from '../support/photos.ts';
import { tinyRepository, writeFiles } from '../support/tiny-model.ts';
import type { AttackTests } from './attack-page.ts';
import { bundleModule, serveBundle } from './bundle.ts';
import { browserNote, chromiumPath, launch, openPage } from './chromium.ts';
import { ROOT } from './serve.ts';

/** Largest bundle of an encoder attack with what loads its model, minified, without ONNX Runtime; bytes. */
const LARGEST = 250e3;

/** Doors that need Node: they read and write files, or make reports with pictures and plots. */
const OF_NODE = /\/node$|^\.\/(audit|credential|evaluate|planting|training|package\.json)$/;

const doors = ['onnx-grad', 'photoguard'].flatMap((name) => {
  const manifest = JSON.parse(readFileSync(join(ROOT, 'packages', name, 'package.json'), 'utf8')) as {
    exports: Record<string, unknown>;
  };
  return Object.keys(manifest.exports)
    .filter((door) => !OF_NODE.test(door))
    .map((door) => join(name, door));
});

describe('for pages', () => {
  it.each(doors)('%s bundles, with nothing of Node', async (door) => {
    // Every export is used, so that none is left out.
    const { ofNode } = await bundleModule(`import * as door from '${door}'; globalThis.door = { ...door };`);
    expect(ofNode).toEqual([]);
  });

  it('sees what needs Node', async () => {
    const { ofNode } = await bundleModule(`import { join } from 'node:path'; globalThis.join = join;`);
    expect(ofNode).toEqual([expect.stringMatching(/^node:path in /)]);
  });

  it(`an encoder attack and its models are at most ${LARGEST / 1000} kB`, async () => {
    const { bytes } = await bundleModule(`
      export { makeConstraint, encoderAttack, RECIPES } from 'photoguard/attacks';
      export { blobSource, buildAutoencoder, readCheckpoint } from 'photoguard/models';`);
    expect(bytes).toBeGreaterThan(50e3);
    expect(bytes).toBeLessThanOrEqual(LARGEST);
  });
});

describe.skipIf(!chromiumPath)(`an attack in Chromium${browserNote}`, () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'photoguard-bundle-'));
    mkdirSync(join(folder, 'models'));
    writeFiles(join(folder, 'models'), tinyRepository());
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is what it is in Node, from a bundle of exports alone', async () => {
    const size = { width: 48, height: 48 };
    const photo = { ...size, channels: 3 as const, data: testPixels(48, 48, 3) };
    const server = await serveBundle(folder);
    const browser = await launch();
    try {
      const page = await openPage(browser, server.url);
      const there = await page.evaluate(([given, steps]) => tests.immunize(given, steps), [
        { ...photo, data: Array.from(photo.data) },
        STEPS,
      ] as const);
      const here = await immunizeHere(photo);
      expect(there.before[0]!.loss).toBeCloseTo(here.before[0]!.loss, 5);
      expect(there.after[0]!.loss).toBeLessThan(0.9 * there.before[0]!.loss);
      expect(Math.max(...there.pixels.map((value, i) => Math.abs(value - photo.data[i]!)))).toBe(16);
      // Signs of gradients near zero differ between builds of ONNX Runtime; nearly all pixels are the same.
      const same = there.pixels.filter((value, i) => value === here.pixels[i]).length;
      expect(same / there.pixels.length).toBeGreaterThan(0.95);
    } finally {
      await browser.close();
      await server.close();
    }
  }, 240_000);

  it('says what to set where the worker is no module, instead of waiting forever', async () => {
    const server = await serveBundle(join(folder, 'iife'), 'iife');
    const browser = await launch();
    try {
      const page = await openPage(browser, server.url);
      expect(await page.evaluate(() => tests.open(5))).toMatch(
        /did not start within 5 s; .*worker: \{ format: 'es' \}/,
      );
    } finally {
      await browser.close();
      await server.close();
    }
  });

  async function immunizeHere(photo: Parameters<ReturnType<typeof encoderAttack>['immunize']>[0]) {
    const { autoencoder } = await loadAutoencoder(join(folder, 'models'));
    const runtime = await openRuntime({ device: 'wasm' });
    const attack = encoderAttack({
      runtime,
      victims: [{ ref: 'tiny', autoencoder }],
      modelSize: photo,
      constraint: makeConstraint('linf', 16 / 255),
      recipe: { ...RECIPES.fast, steps: STEPS },
    });
    const { pixels } = await attack.immunize(photo);
    const [before, after] = [await attack.measure(photo), await attack.measure(pixels)];
    await runtime.close();
    return { pixels: pixels.data, before, after };
  }
});

const STEPS = 8;

/** What attack-page.ts puts into the page's global object. */
declare const tests: AttackTests;
