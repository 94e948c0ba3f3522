// What can be chosen on the page: formats, a part to spare, spaces, recipes, visibility with a preview; and what browsers do to it.
import { rmSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { decodePhoto } from 'photoguard/image/node';
import { readRecord } from 'photoguard/record';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { browserNote, chromiumPath, launch } from '../browser/chromium.ts';
import { testPlace } from '../cli/place.ts';
import { type HubServer, startHubServer } from '../hub-server.ts';
import { writeFiles } from '../support/tiny-model.ts';
import { type BuiltPage, open, QUICK, servePage, type Watched } from './built-page.ts';
import { LATE_SETTINGS, WORKER, whileChanged } from './faults.ts';
import { hardshipTests } from './hardship.ts';
import { CUT, hubFiles, hubListing, hubTests } from './hub.ts';
import { card, choose, done, openProof, portrait, protect, type Saved, save, saveAs, violations } from './steps.ts';

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

  describe('chosen on one page', () => {
    let watched: Watched;
    let usual: Promise<Saved> | undefined;
    /** What the page makes of the photo where nothing is chosen and nothing is wrong. */
    const asUsual = (): Promise<Saved> => (usual ??= resultOf('same.png'));
    const resultOf = async (name: string): Promise<Saved> => {
      const { page } = watched;
      await choose(page, { [name]: original });
      await protect(page);
      await done(card(page, name), LONG);
      return save(page, card(page, name));
    };
    beforeAll(async () => {
      watched = await open(browser, built.url, {
        // In place of a folder that a person picks.
        before: (context) =>
          context.addInitScript(() =>
            Object.assign(globalThis, { showDirectoryPicker: () => navigator.storage.getDirectory() }),
          ),
      });
      await watched.page.getByText('Choose', { exact: true }).click();
    }, LONG);
    afterAll(() => watched?.close());

    it('are WebP without loss and JPEG, each with metadata and the record', { timeout: LONG }, async () => {
      const { page, errors } = watched;
      const png = await decodePhoto((await asUsual()).bytes);
      const saved: (typeof png)[] = [];
      for (const [format, extension] of [
        ['webp', 'webp'],
        ['jpeg', 'jpg'],
      ] as const) {
        await page.getByLabel('Save as').selectOption(format);
        expect(await violations(page)).toEqual([]);
        const file = await resultOf(`in ${format}.png`);
        expect(file.name).toBe(`in ${format}.immunized.${extension}`);
        saved.push(await decodePhoto(file.bytes));
      }
      await page.getByLabel('Save as').selectOption('png');
      const before = await decodePhoto(original);
      const [webp, jpeg] = saved;
      expect([png.format, webp!.format, jpeg!.format]).toEqual(['png', 'webp', 'jpeg']);
      expect(webp!.pixels.data).toEqual(png.pixels.data);
      const off = jpeg!.pixels.data.reduce((sum, value, i) => sum + Math.abs(value - before.pixels.data[i]!), 0);
      expect(off / jpeg!.pixels.data.length).toBeLessThan(8);
      const settingsIn = ({ metadata }: typeof before) => readRecord(metadata.xmp).record!.settings;
      expect(settingsIn(webp!)).toBe(settingsIn(png));
      expect(settingsIn(jpeg!)).not.toBe(settingsIn(png)); // gradients look through it
      for (const { metadata } of saved) {
        expect(metadata.icc).toEqual(before.metadata.icc);
        expect(readRecord(metadata.xmp).record!.visibility).toBe('low');
      }
      expect(errors).toEqual([]);
    });

    it('go straight into a folder where the browser has that', async () => {
      const { page } = watched;
      await page.getByRole('button', { name: 'Save all to a folder' }).click();
      const names = ['in jpeg.immunized.jpg', 'in webp.immunized.webp', 'same.immunized.png'];
      await expect.poll(() => page.evaluate(filledFiles)).toEqual(names);
      const png = await page.evaluate(async () => {
        const folder = await navigator.storage.getDirectory();
        const file = await (await folder.getFileHandle('same.immunized.png')).getFile();
        return Array.from(new Uint8Array(await file.arrayBuffer()));
      });
      expect(Buffer.from(png).equals((await asUsual()).bytes)).toBe(true);
    });

    it('spare or favour a part that is painted over with the keys', { timeout: LONG }, async () => {
      const { page, errors } = watched;
      const { pixels: before } = await decodePhoto(original);
      const changeOf = async (file: Saved): Promise<number> => {
        const { pixels } = await decodePhoto(file.bytes);
        let sum = 0; // in the middle, where the brush begins
        for (let y = 20; y < 28; y++)
          for (let x = 28; x < 36; x++)
            for (let c = 0; c < 3; c++) {
              const i = 3 * (y * 64 + x) + c;
              sum += Math.abs(pixels.data[i]! - before.data[i]!);
            }
        return sum;
      };
      const changeWith = async (name: string, wish: string): Promise<number> => {
        await choose(page, { [name]: original });
        await card(page, name).getByRole('button', { name: 'Spare or favour a part' }).click();
        const dialog = page.getByRole('dialog');
        await dialog.getByLabel(wish).check();
        await dialog.getByRole('slider', { name: 'Brush' }).fill('0.2');
        await dialog.getByLabel(/^Photo to paint on/).press(' ');
        await dialog.getByText('Painted: 1').waitFor();
        expect(await violations(page)).toEqual([]);
        await page.keyboard.press('Escape');
        await protect(page);
        await done(card(page, name), LONG);
        return changeOf(await save(page, card(page, name)));
      };
      const whole = await changeOf(await asUsual());
      expect(await changeWith('spared.png', 'Spare:')).toBeLessThan(0.75 * whole);
      expect(await changeWith('favoured.png', 'Favour:')).toBeGreaterThan(1.25 * whole);
      expect(errors).toEqual([]);
    });

    describe('what browsers do to it', () =>
      hardshipTests(() => ({ browser, built, original, asUsual, shared: watched, resultOf })));

    it('protects in one pass, or in chosen spaces, as the link says', { timeout: LONG }, async () => {
      const { page, errors } = watched;
      const reportOf = async (name: string): Promise<{ recipe: string; models: readonly { ref: string }[] }> => {
        await openProof(page, name);
        const json = await saveAs(page, card(page, name).getByRole('button', { name: 'as JSON' }));
        return JSON.parse(json.bytes.toString()).results[0];
      };
      await page.getByText('Choose', { exact: true }).click();
      await page.getByLabel('SDXL').uncheck();
      await expect.poll(() => settingsOfLink(page)).toMatchObject({ spaces: ['sd1', 'sd3', 'flux1', 'flux2'] });
      await page.getByLabel('FLUX.2').uncheck();
      await resultOf('some.png');
      expect((await reportOf('some.png')).models.map(({ ref }) => ref)).toEqual(['sd1', 'sd3', 'flux1']);
      expect(await settingsOfLink(page)).toMatchObject({ spaces: ['sd1', 'sd3', 'flux1'] });
      await page.getByLabel('How thorough').selectOption('instant');
      expect(await violations(page)).toEqual([]);
      expect(await page.getByLabel('SDXL').count()).toBe(0);
      expect(await settingsOfLink(page)).toEqual({ size: QUICK.size, recipe: 'instant' }); // without gradients
      const photo = place.fresh('instant.png');
      const name = basename(photo);
      writeFileSync(photo, original);
      await page.getByLabel('Photos', { exact: true }).setInputFiles(photo);
      await protect(page);
      await done(card(page, name), LONG);
      expect((await reportOf(name)).recipe).toBe('instant');
      await card(page, name).getByText('Measured by the networks that were attacked').waitFor();
      const { record } = readRecord((await decodePhoto((await save(page, card(page, name))).bytes)).metadata.xmp);
      expect(record!.models.map(({ ref }) => ref)).toEqual(['surrogates/strided', 'surrogates/pooled']);
      rmSync(photo);
      await card(page, name).getByRole('button', { name: 'Look closer' }).click();
      await page.getByLabel('Show').selectOption('Difference');
      await page.getByRole('alert').getByText('the browser cannot read the file').waitFor();
      await page.keyboard.press('Escape');
      expect(errors).toEqual([]);
    });

    it('shows what a level of visibility would leave of a part, before anything is protected', {
      timeout: LONG,
    }, async () => {
      const { page, errors } = watched;
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
    });
  });

  describe('models of the hub', () => hubTests(() => ({ browser, built, original, hub })));

  it('are not undone by the settings of the address, where those are read late', { timeout: LONG }, () =>
    whileChanged(built, [[LATE_SETTINGS, WORKER]], async () => {
      // A service worker would refuse changed scripts.
      const { page, close } = await open(browser, built.url, { serviceWorkers: 'block' });
      await page.getByText('Choose', { exact: true }).click();
      await page.getByLabel('SDXL').uncheck();
      await expect
        .poll(() => settingsOfLink(page))
        .toMatchObject({
          ...QUICK,
          spaces: ['sd1', 'sd3', 'flux1', 'flux2'],
        });
      await close();
    }),
  );

  it('come pasted, from a camera, and in a folder that is dropped', { timeout: LONG }, async () => {
    const folder = place.fresh('photos');
    const files = ['10.png', '9.JPG', 'inside/first.webp', 'notes.txt', '.hidden'];
    writeFiles(folder, Object.fromEntries(files.map((path) => [path, original])));
    const { page, errors, close } = await open(browser, built.url, { serviceWorkers: 'block' });
    await page.getByRole('button', { name: 'Protect' }).waitFor();
    await page.evaluate(() => {
      const clipboardData = new DataTransfer();
      clipboardData.items.add(new File(['x'], 'pasted.png', { type: 'image/png' }));
      document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true }));
    });
    await page
      .getByLabel('Take a photo')
      .setInputFiles({ name: 'taken.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('x') });
    const session = await page.context().newCDPSession(page);
    const data = { items: [], files: [folder], dragOperationsMask: 1 };
    for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
      await session.send('Input.dispatchDragEvent', { type, x: 200, y: 200, data });
    await card(page, '10.png').waitFor();
    const names = page.locator('li.card').evaluateAll((all) => all.map((one) => one.getAttribute('aria-label')));
    expect(await names).toEqual(['pasted.png', 'taken.jpg', '9.JPG', '10.png', 'first.webp']);
    expect(errors).toEqual([]);
    await close();
  });

  it('are those of the address, where they can be', { timeout: LONG }, async () => {
    const { page, errors, close } = await open(browser, built.url, { settings: { recipe: 'instant' } });
    await page.getByText('Choose', { exact: true }).click();
    await expect.poll(() => settingsOfLink(page)).toEqual({ recipe: 'instant' });
    await page.getByLabel('Size at which the networks see the photo').selectOption('fit:512');
    await page.getByLabel('Seed of all random numbers').fill('7');
    await page.getByLabel('Seed of all random numbers').blur();
    await page.getByLabel('Medium').check();
    const chosen = { recipe: 'instant', size: 'fit:512', seed: 7, visibility: 'medium' };
    await expect.poll(() => settingsOfLink(page)).toEqual(chosen);
    await page.goto(`${built.url}?settings={"recipe":"instant","spaces":"sd1"}`);
    await page.getByRole('alert').getByText('takes no model and no spaces').waitFor();
    await page.goto(`${built.url}?settings={"spaces":"sd1,sd9"}`);
    await page.getByRole('alert').getByText('spaces are among sd1, sdxl, sd3, flux1, flux2').waitFor();
    expect(errors).toEqual([]);
    await close();
  });
});

/** Files of the private file system that are not empty. In the page. */
async function filledFiles(): Promise<string[]> {
  const folder = (await navigator.storage.getDirectory()) as unknown as {
    values(): AsyncIterable<FileSystemFileHandle>;
  };
  const names: string[] = [];
  for await (const handle of folder.values())
    if (handle.kind === 'file' && (await handle.getFile()).size > 0) names.push(handle.name);
  return names.sort();
}

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
