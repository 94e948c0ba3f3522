// What can be chosen on the page: formats, a part to spare, spaces, recipes, visibility with a preview; and what browsers do to it.
import { writeFileSync } from 'node:fs';
import { decodePhoto } from 'photoguard/image/node';
import { readRecord } from 'photoguard/record';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { browserNote, chromiumPath, launch } from '../browser/chromium.ts';
import { testPlace } from '../cli/place.ts';
import { type HubServer, startHubServer } from '../hub-server.ts';
import { writeFiles } from '../support/tiny-model.ts';
import { type BuiltPage, open, QUICK, servePage } from './built-page.ts';
import { LATE_SETTINGS, WORKER, whileChanged } from './faults.ts';
import { hardshipTests } from './hardship.ts';
import { CUT, hubFiles, hubListing, hubTests } from './hub.ts';
import { card, choose, done, openProof, portrait, protect, save, saveAs, violations } from './steps.ts';

/** In milliseconds: nothing here is a matter of speed. */
const LONG = 300_000;

describe.skipIf(!chromiumPath)(`formats of the page in Chromium${browserNote}`, () => {
  let built: BuiltPage;
  let browser: Browser;
  let original: Uint8Array;
  let hub: HubServer;
  const place = testPlace();
  beforeAll(async () => {
    const [folder, listing] = [place.fresh('hub'), place.fresh('hub.json')];
    writeFiles(folder, hubFiles());
    hub = await startHubServer(folder, { cut: { after: CUT, times: 1 } });
    writeFileSync(listing, hubListing(hub.url));
    vi.stubEnv('PHOTOGUARD_PAGE_HUB', listing);
    [built, browser, original] = await Promise.all([servePage(), launch(), portrait(64, 48)]);
  }, LONG);
  afterAll(async () => {
    await browser?.close();
    await built?.close();
    await hub?.close();
    vi.unstubAllEnvs();
  });

  describe('what browsers do to it', () => hardshipTests(() => ({ browser, built, original })));

  describe('models of the hub', () => hubTests(() => ({ browser, built, original, hub })));

  it('are WebP without loss and JPEG, each with metadata and the record', { timeout: LONG }, async () => {
    const { page, errors, close } = await open(browser, built.url);
    await page.getByText('Choose', { exact: true }).click();
    const saved: Record<string, Awaited<ReturnType<typeof decodePhoto>>> = {};
    for (const [format, extension] of [
      ['png', 'png'],
      ['webp', 'webp'],
      ['jpeg', 'jpg'],
    ] as const) {
      await page.getByLabel('Save as').selectOption(format);
      expect(await violations(page)).toEqual([]);
      await choose(page, { 'same.png': original });
      await protect(page);
      const one = card(page, 'same.png').last();
      await done(one);
      const file = await save(page, one);
      expect(file.name).toBe(`same.immunized.${extension}`);
      saved[format] = await decodePhoto(file.bytes);
      await one.getByRole('button', { name: 'Remove' }).click();
    }
    const before = await decodePhoto(original);
    const { png, webp, jpeg } = saved;
    expect([png!.format, webp!.format, jpeg!.format]).toEqual(['png', 'webp', 'jpeg']);
    expect(webp!.pixels.data).toEqual(png!.pixels.data);
    const off = jpeg!.pixels.data.reduce((sum, value, i) => sum + Math.abs(value - before.pixels.data[i]!), 0);
    expect(off / jpeg!.pixels.data.length).toBeLessThan(8);
    const settingsIn = ({ metadata }: typeof before) => readRecord(metadata.xmp).record!.settings;
    expect(settingsIn(webp!)).toBe(settingsIn(png!));
    expect(settingsIn(jpeg!)).not.toBe(settingsIn(png!)); // gradients look through it
    for (const { metadata } of [webp!, jpeg!]) {
      expect(metadata.icc).toEqual(before.metadata.icc);
      expect(readRecord(metadata.xmp).record!.visibility).toBe('low');
    }
    expect(errors).toEqual([]);
    await close();
  });

  it('are not undone by the settings of the address, where those are read late', { timeout: LONG }, () =>
    whileChanged(built, [[LATE_SETTINGS, WORKER]], async () => {
      // A service worker would refuse changed scripts.
      const { page, close } = await open(browser, built.url, { serviceWorkers: 'block' });
      await page.getByText('Choose', { exact: true }).click();
      await page.getByLabel('SDXL').uncheck();
      await expect
        .poll(() => settingsOfLink(page), { timeout: 5000 })
        .toMatchObject({
          ...QUICK,
          spaces: ['sd1', 'sd3', 'flux1', 'flux2'],
        });
      await close();
    }),
  );

  it('spare or favour a part that is painted over with the keys', { timeout: LONG }, async () => {
    const { page, errors, close } = await open(browser, built.url);
    page.setDefaultTimeout(60_000);
    const changeOf = async (name: string, wish?: string): Promise<number> => {
      await choose(page, { [name]: original });
      if (wish) {
        await card(page, name).getByRole('button', { name: 'Spare or favour a part' }).click();
        const dialog = page.getByRole('dialog');
        await dialog.getByLabel(wish).check();
        await dialog.getByRole('slider', { name: 'Brush' }).fill('0.2');
        await dialog.getByLabel(/^Photo to paint on/).press(' ');
        await dialog.getByText('Painted: 1').waitFor();
        expect(await violations(page)).toEqual([]);
        await page.keyboard.press('Escape');
      }
      await protect(page);
      await done(card(page, name), 60_000);
      const { pixels } = await decodePhoto((await save(page, card(page, name))).bytes);
      const { pixels: before } = await decodePhoto(original);
      let sum = 0; // in the middle, where the brush begins
      for (let y = 20; y < 28; y++)
        for (let x = 28; x < 36; x++)
          for (let c = 0; c < 3; c++) {
            const i = 3 * (y * 64 + x) + c;
            sum += Math.abs(pixels.data[i]! - before.data[i]!);
          }
      return sum;
    };
    const whole = await changeOf('whole.png');
    expect(await changeOf('spared.png', 'Spare:')).toBeLessThan(0.75 * whole);
    expect(await changeOf('favoured.png', 'Favour:')).toBeGreaterThan(1.25 * whole);
    expect(errors).toEqual([]);
    await close();
  });

  it('shows what a level of visibility would leave of a part, before anything is protected', {
    timeout: LONG,
  }, async () => {
    const { page, errors, close } = await open(browser, built.url);
    await choose(page, { 'large.png': await portrait(320, 240) });
    await card(page, 'large.png').getByRole('button', { name: 'Preview' }).click();
    const dialog = page.getByRole('dialog');
    const pictures = dialog.getByRole('img');
    const levelsOf = async (level: string): Promise<number> => {
      const before = await pictures.last().getAttribute('src');
      await dialog.getByLabel(level).check();
      const isNew = async (): Promise<boolean> => ![before, null].includes(await pictures.last().getAttribute('src'));
      await expect.poll(isNew, { timeout: 60_000 }).toBe(true);
      const [original, changed] = await Promise.all([pictures.first(), pictures.last()].map(pixelsOf));
      expect([original!.width, original!.height]).toEqual([256, 240]);
      const off = changed!.data.reduce((sum, value, i) => sum + Math.abs(value - original!.data[i]!), 0);
      return off / changed!.data.length;
    };
    await pictures.last().waitFor({ timeout: 60_000 }); // the level that is chosen from the first
    const unseen = await levelsOf('Unseen');
    const strong = await levelsOf('Strong');
    expect(strong).toBeGreaterThan(2 * unseen);
    expect(unseen).toBeGreaterThan(0.2);
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press('Escape');
    expect(errors).toEqual([]);
    await close();
  });

  it('protects in one pass, or in chosen spaces, as the link says', { timeout: LONG }, async () => {
    const { page, errors, close } = await open(browser, built.url);
    await page.getByText('Choose', { exact: true }).click();
    const reportOf = async (name: string): Promise<{ recipe: string; models: readonly { ref: string }[] }> => {
      await choose(page, { [name]: original });
      await protect(page);
      await done(card(page, name), 60_000);
      await openProof(page, name);
      const json = await saveAs(page, card(page, name).getByRole('button', { name: 'as JSON' }));
      return JSON.parse(json.bytes.toString()).results[0];
    };
    await page.getByLabel('SDXL').uncheck();
    await expect.poll(() => settingsOfLink(page)).toMatchObject({ spaces: ['sd1', 'sd3', 'flux1', 'flux2'] });
    await page.getByLabel('FLUX.2').uncheck();
    const some = await reportOf('some.png');
    expect(some.models.map(({ ref }) => ref)).toEqual(['sd1', 'sd3', 'flux1']);
    expect(await settingsOfLink(page)).toMatchObject({ spaces: ['sd1', 'sd3', 'flux1'] });
    await page.getByLabel('How thorough').selectOption('instant');
    expect(await violations(page)).toEqual([]);
    expect(await page.getByLabel('SDXL').count()).toBe(0);
    await page.goto(`${built.url}?settings={"recipe":"instant"}`);
    expect((await reportOf('instant.png')).recipe).toBe('instant');
    await card(page, 'instant.png').getByText('Measured by the networks that were attacked').waitFor();
    const { record } = readRecord(
      (await decodePhoto((await save(page, card(page, 'instant.png'))).bytes)).metadata.xmp,
    );
    expect(record!.models.map(({ ref }) => ref)).toEqual(['surrogates/strided', 'surrogates/pooled']);
    await page.goto(`${built.url}?settings={"recipe":"instant","spaces":"sd1"}`);
    await page.getByRole('alert').getByText('takes no model and no spaces').waitFor();
    await page.goto(`${built.url}?settings={"spaces":"sd1,sd9"}`);
    await page.getByRole('alert').getByText('spaces are among sd1, sdxl, sd3, flux1, flux2').waitFor();
    expect(errors).toEqual([]);
    await close();
  });
});

/** The settings in the link to the page. */
async function settingsOfLink(page: Page): Promise<unknown> {
  const link = await page.getByRole('link', { name: 'A link to this page' }).getAttribute('href');
  return JSON.parse(new URLSearchParams(link!).get('settings')!);
}

/** Pixels of a picture that the page shows: four bytes each. */
const pixelsOf = (picture: Locator) =>
  picture.evaluate(async (image: HTMLImageElement) => {
    await image.decode();
    const { naturalWidth: width, naturalHeight: height } = image;
    const context = Object.assign(document.createElement('canvas'), { width, height }).getContext('2d')!;
    context.drawImage(image, 0, 0);
    return { width, height, data: Array.from(context.getImageData(0, 0, width, height).data) };
  });
