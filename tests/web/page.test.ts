// The page, as a new user meets it: photos in, one button, files out; nothing leaves the device.
import { readFileSync } from 'node:fs';
import { DisplacementMeter } from 'photoguard/displacement';
import { decodePhoto } from 'photoguard/image/node';
import { loadSurrogates, resolveModel } from 'photoguard/models/node';
import { readRecord } from 'photoguard/record';
import { openRuntime } from 'photoguard/runtime/node';
import type { Browser, Locator, Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { browserNote, chromiumPath, launch } from '../browser/chromium.ts';
import { XMP } from '../support/photos.ts';
import { type BuiltPage, file, open, servePage } from './built-page.ts';

const SECONDS = 1000;

describe.skipIf(!chromiumPath)(`the page in Chromium${browserNote}`, () => {
  let built: BuiltPage;
  let browser: Browser;
  beforeAll(async () => {
    [built, browser] = await Promise.all([servePage(), launch()]);
  }, 180 * SECONDS);
  afterAll(async () => {
    await browser?.close();
    await built?.close();
  });

  const card = (page: Page, name: string): Locator =>
    page.getByRole('region', { name: 'Results' }).getByRole('listitem', { name, exact: true });
  const protect = (page: Page): Promise<void> => page.getByRole('button', { name: 'Protect' }).click();
  const done = (one: Locator): Promise<void> =>
    one.getByRole('link', { name: 'Save' }).waitFor({ timeout: 150 * SECONDS });

  async function saved(page: Page, one: Locator): Promise<{ readonly name: string; readonly bytes: Buffer }> {
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      one.getByRole('link', { name: 'Save' }).click(),
    ]);
    return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) };
  }

  it(
    'protects a photo: the file decodes, keeps size and metadata, and is moved as far as the page says',
    async () => {
      const { page, requests, errors, close } = await open(browser, built.url);
      const original = await portrait(96, 72);
      await page.getByLabel('Photos', { exact: true }).setInputFiles(file('me.png', original));
      const one = card(page, 'me.png');
      await protect(page);
      await done(one);
      const { name, bytes } = await saved(page, one);
      expect(name).toBe('me.immunized.png');
      const [before, after] = [await decodePhoto(original), await decodePhoto(bytes)];
      expect(after.pixels).toMatchObject({ width: 96, height: 72 });
      expect(Math.max(...after.pixels.data.map((value, i) => Math.abs(value - before.pixels.data[i]!)))).toBe(8);
      expect(after.metadata.icc).toEqual(before.metadata.icc);
      expect(after.metadata.exif).toEqual(before.metadata.exif);
      expect(new TextDecoder().decode(after.metadata.xmp)).toContain('<tiff:Make>Test</tiff:Make>');
      const { record } = readRecord(after.metadata.xmp);
      expect(record).toMatchObject({ attack: 'encoder', target: 'away', norm: 'linf', eps255: 8, size: [64, 48] });
      expect(record!.models.map(({ ref }) => ref)).toEqual(['surrogates/strided', 'surrogates/pooled']);

      await one.getByText('What it does, and what not').click();
      const told = await one
        .getByRole('row')
        .evaluateAll((rows) => rows.slice(1).map((row) => row.children[1]!.textContent));
      const measured = await displacement(before.pixels, after.pixels, { width: 64, height: 48 });
      expect(told.map((text) => Number.parseFloat(text!))).toHaveLength(measured.length);
      for (const [k, text] of told.entries()) expect(Number.parseFloat(text!)).toBeCloseTo(measured[k]!, 1);
      for (const value of measured) expect(value).toBeGreaterThan(0.1);

      // Files of the page, and results as blobs; never a body.
      const foreign = requests.filter(({ url }) => !url.startsWith(built.url) && !url.startsWith(`blob:${built.url}`));
      expect(foreign).toEqual([]);
      expect(requests.filter(({ method, hasBody }) => method !== 'GET' || hasBody)).toEqual([]);
      expect(requests.some(({ url }) => url.endsWith('.safetensors'))).toBe(true);
      expect(errors).toEqual([]);
      await close();
    },
    300 * SECONDS,
  );

  it('fetches neither runtime nor networks before they are needed', async () => {
    const { page, requests, errors, close } = await open(browser, built.url);
    await page.getByRole('button', { name: 'Protect' }).waitFor();
    expect(requests.filter(({ url }) => /wasm$|safetensors$/.test(url))).toEqual([]);
    expect(errors).toEqual([]);
    await close();
  });

  it(
    'names what is wrong with a photo, and goes on with the others; names of files are text',
    async () => {
      const { page, errors, close } = await open(browser, built.url);
      const hostile = '<img src=x onerror="document.title=1">.png';
      const whole = await portrait(64, 48);
      await page
        .getByLabel('Photos', { exact: true })
        .setInputFiles([
          file('half.png', whole.subarray(0, whole.length / 2)),
          file('letter.png', new TextEncoder().encode('Dear reader')),
          file('huge.png', hugePng()),
          file(hostile, whole),
        ]);
      await protect(page);
      await done(card(page, hostile));
      await expect
        .poll(() => card(page, 'half.png').textContent())
        .toMatch(/Failed.*cannot be read.*truncated, corrupt/);
      expect(await card(page, 'letter.png').textContent()).toMatch(/Failed.*not a photo known here/);
      expect(await card(page, 'huge.png').textContent()).toMatch(/Failed.*more than 48 megapixels.*30000x30000/);
      expect(await page.getByRole('status').textContent()).toContain('1 of 4 photos protected, 3 failed');
      expect(await page.title()).toBe('PhotoGuard');
      expect(errors).toEqual([]);
      await close();
    },
    300 * SECONDS,
  );

  it(
    'stops within a gradient, and goes on',
    async () => {
      const { page, close } = await open(browser, built.url, { settings: { steps: 400, size: 'fit:64' } });
      await page.getByLabel('Photos', { exact: true }).setInputFiles(file('slow.png', await portrait(64, 64)));
      await protect(page);
      await card(page, 'slow.png')
        .getByText('Protecting')
        .waitFor({ timeout: 120 * SECONDS });
      await page.getByRole('button', { name: 'Stop' }).click();
      await card(page, 'slow.png')
        .getByText('Waiting')
        .waitFor({ timeout: 30 * SECONDS });
      expect(await page.getByRole('button', { name: 'Protect' }).isEnabled()).toBe(true);
      await close();
    },
    300 * SECONDS,
  );

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

/** A photo with EXIF, XMP and a profile. */
async function portrait(width: number, height: number): Promise<Uint8Array> {
  const picture = sharp('examples/portrait.png').resize(width, height, { fit: 'cover' }).withIccProfile('p3');
  return picture
    .withExif({ IFD0: { Artist: 'Test Artist' } })
    .withXmp(XMP)
    .png()
    .toBuffer();
}

/** A header of 900 megapixels. */
function hugePng(): Uint8Array {
  const bytes = Buffer.alloc(40);
  bytes.write('\x89PNG\r\n\x1a\n', 'latin1');
  bytes.writeUInt32BE(13, 8);
  bytes.write('IHDR', 12, 'latin1');
  bytes.writeUInt32BE(30_000, 16);
  bytes.writeUInt32BE(30_000, 20);
  return bytes;
}

/** Mean over the networks, by space, in Node. */
async function displacement(
  before: Parameters<DisplacementMeter['measure']>[0],
  after: typeof before,
  size: { readonly width: number; readonly height: number },
): Promise<number[]> {
  const runtime = await openRuntime({ device: 'cpu', threads: 1 });
  try {
    const all: number[][] = [];
    for (const { surrogate } of await loadSurrogates((await resolveModel('surrogates')).folder)) {
      const encoders = Object.fromEntries(surrogate.spaces.map((encoder) => [encoder.space, encoder]));
      const meter = new DisplacementMeter({ runtime, encoders, size, together: true });
      all.push(Object.values(await meter.measure(before, after)));
      await meter.release();
    }
    return all[0]!.map((_, k) => all.reduce((sum, values) => sum + values[k]! / all.length, 0));
  } finally {
    await runtime.close();
  }
}
