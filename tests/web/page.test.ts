// The page, as a new user meets it: photos in, one button, files out; nothing leaves the device. Each photo takes a few
// seconds, so the tests share them.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { VISIBILITY } from 'photoguard/attacks';
import { decodePhoto } from 'photoguard/image/node';
import { flip } from 'photoguard/metrics';
import { readRecord } from 'photoguard/record';
import type { Browser, Page } from 'playwright-core';
import { preview } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { browserNote, chromiumPath, launch } from '../browser/chromium.ts';
import { unzipNote, unzipped } from '../support/unzip.ts';
import { commandTests } from './as-the-command.ts';
import { type BuiltPage, open, scriptsAtOnce, servePage, type Watched } from './built-page.ts';
import { displacement } from './displacement.ts';
import { mainThreadTasks } from './main-thread.ts';
import { proofTests } from './proof.ts';
import { card, choose, done, hugePng, openProof, portrait, protect, save, violations } from './steps.ts';

/** The name of FLIP's map. */
const FLIP = 'What people see of it';

/** In milliseconds: nothing here is a matter of speed. */
const LONG = 300_000;

describe.skipIf(!chromiumPath)(`the page in Chromium${browserNote}`, () => {
  let built: BuiltPage;
  let browser: Browser;
  let original: Uint8Array;
  beforeAll(async () => {
    [built, browser, original] = await Promise.all([servePage(), launch(), portrait(96, 72)]);
  }, LONG);
  afterAll(async () => {
    await browser?.close();
    await built?.close();
  });

  describe('with a photo among files that are none', () => {
    const name = '<img src=x onerror="document.title=1">.png';
    let watched: Watched;
    let atFirst: readonly string[];
    let tasks: readonly number[];
    beforeAll(async () => {
      watched = await open(browser, built.url);
      const { page, requests } = watched;
      await page.getByRole('button', { name: 'Protect' }).waitFor();
      atFirst = requests.map(({ url }) => url);
      await choose(page, {
        'half.png': original.subarray(0, original.length / 2),
        'letter.png': new TextEncoder().encode('Dear reader'),
        'huge.png': hugePng(),
        'phone.heic': Buffer.from('\0\0\0\x18ftypheic\0\0\0\0heicmif1', 'latin1'),
        [name]: original,
      });
      tasks = await mainThreadTasks(browser, async () => {
        await protect(page);
        await done(card(page, name));
      });
    }, LONG);
    afterAll(() => watched?.close());

    it('writes a file that keeps size and metadata, is moved as far as the page says, and has a record', async () => {
      const { page } = watched;
      const one = card(page, name);
      const saved = await save(page, one);
      const [before, after] = [await decodePhoto(original), await decodePhoto(saved.bytes)];
      expect(after.pixels).toMatchObject({ width: 96, height: 72 });
      expect(Math.abs(flip(before.pixels, after.pixels) / VISIBILITY.low.flip - 1)).toBeLessThan(0.05);
      expect([after.metadata.icc, after.metadata.exif]).toEqual([before.metadata.icc, before.metadata.exif]);
      expect(new TextDecoder().decode(after.metadata.xmp)).toContain('<tiff:Make>Test</tiff:Make>');
      const { record } = readRecord(after.metadata.xmp);
      expect(record).toMatchObject({
        attack: 'encoder',
        target: 'away',
        norm: 'linf',
        recipe: 'protect',
        size: [64, 48],
      });
      expect(record!.models.map(({ ref }) => ref)).toEqual(['surrogates/strided']);

      await openProof(page, name);
      const rows = await one.getByRole('row').evaluateAll((all) => all.map((row) => row.children[1]!.textContent));
      const told = rows.slice(1).map((text) => Number.parseFloat(text!));
      const measured = await displacement(before.pixels, after.pixels, { width: 64, height: 48 });
      expect(told).toHaveLength(measured.length);
      for (const [k, value] of measured.entries()) {
        expect(Math.abs(told[k]! - value)).toBeLessThan(0.006); // two decimals are shown
      }
    });

    commandTests(() => ({ ...watched, browser, built, name, original }));

    it('never keeps its own thread for longer than a few frames: buttons answer, the picture moves', () => {
      expect(tasks.length).toBeGreaterThan(100);
      expect(tasks[0]).toBeLessThan(50);
    });

    proofTests(() => ({ ...watched, name, original }));

    it('saves all that is done as one ZIP', async () => {
      const { page } = watched;
      const button = page.getByRole('button', { name: 'Save all', exact: true });
      const [download] = await Promise.all([page.waitForEvent('download'), button.click()]);
      const zip = readFileSync(await download.path());
      expect(zip.subarray(0, 2).toString()).toBe('PK');
      expect(zip.includes(name.replace(/png$/, 'immunized.png'))).toBe(true);
      expect(zip.includes('half')).toBe(false);
      if (unzipNote) return;
      const files = unzipped(await download.path());
      const { bytes } = await save(page, card(page, name));
      expect([...files.values()].map((file) => file.equals(bytes))).toEqual([true]);
    });

    it('says what is wrong with each of the others, and takes names of files as text', async () => {
      const { page } = watched;
      expect(await card(page, 'half.png').textContent()).toMatch(/Failed.*cannot be read.*truncated, corrupt/);
      expect(await card(page, 'letter.png').textContent()).toMatch(/Failed.*not a photo known here/);
      expect(await card(page, 'huge.png').textContent()).toMatch(/Failed.*more than 48 megapixels.*30000x30000/);
      expect(await card(page, 'phone.heic').textContent()).toMatch(
        /Failed.*this browser does not decode HEIC photos.*save the photo as JPEG first, or open this page in Safari/,
      );
      expect(await page.getByRole('status').first().textContent()).toContain('1 of 5 photos protected, 4 failed');
      expect(await page.title()).toBe('PhotoGuard');
    });

    it('asks for its own files alone, the large ones when they are needed, sends nothing, and has no cookie', async () => {
      const { requests, errors } = watched;
      expect(foreign(requests, built.url)).toEqual([]);
      const large = /ort-wasm|safetensors$/;
      expect(atFirst.filter((url) => large.test(url))).toEqual([]);
      const fetched = requests.filter(({ url }) => large.test(url)).map(({ url }) => url);
      expect(new Set(fetched).size).toBeGreaterThanOrEqual(3);
      expect(await watched.page.context().cookies()).toEqual([]);
      expect(errors).toEqual([]);
    });
  });

  it(
    'works without a network, by the keyboard, on a phone; an update that breaks changes nothing',
    async () => {
      const phone = { viewport: { width: 360, height: 740 }, colorScheme: 'dark' } as const;
      const { page, requests, errors, close } = await open(browser, built.url, phone);
      expect(await violations(page)).toEqual([]);
      await page.getByText('the page works without a network').waitFor({ timeout: LONG });
      expect(await brokenUpdate(page, built.folder)).toEqual(['redundant', 'activated']);
      await page.context().setOffline(true);
      errors.length = 0; // the broken update's
      await page.reload();
      const longName = `${'x'.repeat(200)}.png`;
      await choose(page, { 'me.png': await portrait(64, 48), [longName]: hugePng() });
      await pressTab(page, 'Protect');
      await page.keyboard.press('Enter');
      await done(card(page, 'me.png'));
      await card(page, longName).getByText('Failed').waitFor();
      await pressTab(page, 'What it does, and what not');
      await page.keyboard.press('Enter');
      expect(await violations(page)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
      await page.emulateMedia({ colorScheme: 'light' });
      expect(await violations(page)).toEqual([]);
      await card(page, 'me.png').getByRole('button', { name: 'Look closer' }).press('Enter');
      await page.getByRole('slider').press('ArrowRight');
      expect(await violations(page)).toEqual([]);
      await page.getByLabel('Show').selectOption('Difference');
      const picture = page.getByRole('img', { name: 'Difference' });
      await picture.waitFor();
      const width = await picture.evaluate((image: HTMLImageElement) => image.decode().then(() => image.naturalWidth));
      expect(width).toBe(64);
      await page.getByLabel('Show').selectOption(FLIP);
      await page.getByLabel('Zoom').selectOption('4:1');
      await expect
        .poll(() => page.getByRole('img', { name: FLIP }).evaluate((image) => image.clientWidth))
        .toBe(4 * 64);
      await page.keyboard.press('Escape');
      expect(await page.getByRole('dialog').count()).toBe(0);
      expect(foreign(requests, built.url)).toEqual([]);
      expect(errors).toEqual([]);
      await close();
    },
    LONG,
  );

  it(
    'stops within a gradient',
    async () => {
      const { page, close } = await open(browser, built.url, { settings: { steps: 10_000, size: 'fit:64' } });
      await choose(page, { 'slow.png': await portrait(64, 64) });
      await protect(page);
      await card(page, 'slow.png').getByText('Loading networks (10 MB)').waitFor();
      await card(page, 'slow.png').getByText('Protecting').waitFor({ timeout: LONG });
      // The photo as it is by now, and how long it will take.
      await card(page, 'slow.png').locator('canvas').waitFor();
      await card(page, 'slow.png')
        .getByText(/about .* left/)
        .waitFor();
      await page.getByRole('button', { name: 'Stop' }).click();
      await card(page, 'slow.png').getByText('Waiting').waitFor({ timeout: 30_000 });
      expect(await page.getByRole('button', { name: 'Protect' }).isEnabled()).toBe(true);
      await close();
    },
    LONG,
  );

  it('is small: at most 200 kB of script, compressed, until a photo is protected, without the runtime', () => {
    const bytes = scriptsAtOnce(built.folder).map((path) => gzipSync(readFileSync(path)).length);
    const sum = bytes.reduce((a, b) => a + b);
    expect(sum).toBeGreaterThan(50e3);
    expect(sum).toBeLessThanOrEqual(200e3);
  });

  it('gets its threads from its service worker where the host sets no headers; without both it says that it has one', async () => {
    const host = await serveWithoutHeaders(built.folder);
    const isolated = (page: Page) => page.evaluate(() => crossOriginIsolated).catch(() => undefined); // it loads itself again
    const oneCore = 'it computes on one core only';
    const first = await open(browser, host.url);
    await expect.poll(() => isolated(first.page), { timeout: 30_000 }).toBe(true);
    expect(await first.page.getByText(oneCore).count()).toBe(0);
    await first.close();
    const second = await open(browser, host.url, { serviceWorkers: 'block' });
    await second.page.getByText(oneCore).waitFor();
    expect(await isolated(second.page)).toBe(false);
    await second.close();
    await host.close();
  });

  it('says what is wrong with settings of the address', async () => {
    const { page, close } = await open(browser, built.url, { settings: { steps: -1 } });
    await page.getByRole('alert').waitFor();
    expect(await page.getByRole('alert').textContent()).toMatch(/--steps is a whole number from 1 to 100000/);
    await close();
  });

  it('speaks German to those who do', async () => {
    const { page, close } = await open(browser, built.url, { locale: 'de-DE' });
    await page.getByRole('button', { name: 'Schützen' }).waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('de');
    await page.getByRole('button', { name: 'English' }).click();
    await page.getByRole('button', { name: 'Protect' }).waitFor();
    await close();
  });
});

/** Requests that are not for the page's own files, or that send anything. */
function foreign(requests: Watched['requests'], page: string): Watched['requests'] {
  const own = [page, `blob:${page}`];
  return requests.filter(
    ({ url, method, hasBody }) => !own.some((start) => url.startsWith(start)) || method !== 'GET' || hasBody,
  );
}

/** A host that sets no headers but types: GitHub Pages, for one. */
async function serveWithoutHeaders(folder: string): Promise<{ readonly url: string; close(): Promise<void> }> {
  const server = await preview({
    configFile: false,
    logLevel: 'error',
    build: { outDir: folder },
    preview: { host: '127.0.0.1', port: 0 },
  });
  return { url: server.resolvedUrls!.local[0]!, close: () => server.close() };
}

/** Goes to what has a text, by the keyboard. */
async function pressTab(page: Page, text: string): Promise<void> {
  for (let k = 0; k < 30; k++) {
    await page.keyboard.press('Tab');
    if ((await page.evaluate(() => document.activeElement?.textContent?.trim())) === text) return;
  }
  throw new Error(`${text} cannot be reached by the keyboard`);
}

/** Offers an update of which one file is not what it should be; the states of its service worker and of the one before. */
async function brokenUpdate(page: Page, folder: string): Promise<unknown> {
  const script = join(folder, 'service-worker.js');
  const whole = readFileSync(script, 'utf8');
  writeFileSync(
    script,
    whole.replace(/"sha256":"[0-9a-f]{64}","large":false/, `"sha256":"${'0'.repeat(64)}","large":false`),
  );
  try {
    return await page.evaluate(async () => {
      const registration = await navigator.serviceWorker.ready;
      const { installing, active } = (await registration.update()) as ServiceWorkerRegistration;
      if (!installing) return 'nothing was installed';
      await new Promise((resolve) => installing.addEventListener('statechange', resolve, { once: true }));
      return [installing.state, active?.state];
    });
  } finally {
    writeFileSync(script, whole);
  }
}
