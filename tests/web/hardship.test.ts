// The page where browsers make it hard: without storage, with a canvas that lies, with little memory; and other formats.
import { decodePhoto } from 'photoguard/image/node';
import { readRecord } from 'photoguard/record';
import type { Browser, BrowserContext } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { browserNote, chromiumPath, launch } from '../browser/chromium.ts';
import { type BuiltPage, open, servePage } from './built-page.ts';
import { FULL, NO_MEMORY, NOISY_CANVAS, PRIVATE, prepend } from './hardship.ts';
import { card, choose, done, openProof, portrait, protect, type Saved, save, violations } from './steps.ts';

/** In milliseconds: nothing here is a matter of speed. */
const LONG = 300_000;

describe.skipIf(!chromiumPath)(`the page in Chromium${browserNote}`, () => {
  let built: BuiltPage;
  let browser: Browser;
  let original: Uint8Array;
  /** What the page makes of it where nothing is wrong. */
  let usual: Saved;
  beforeAll(async () => {
    [built, browser, original] = await Promise.all([servePage(), launch(), portrait(64, 48)]);
    const { page, close } = await open(browser, built.url);
    await choose(page, { 'again.png': original });
    await protect(page);
    await done(card(page, 'again.png'));
    usual = await save(page, card(page, 'again.png'));
    await close();
  }, LONG);
  afterAll(async () => {
    await browser?.close();
    await built?.close();
  });

  it.each([
    ['in a private window, with a canvas that lies', PRIVATE + NOISY_CANVAS, { serviceWorkers: 'block' } as const],
    ['on a full disk', FULL, {}],
  ])(
    'works %s, and the result is the same to the byte',
    async (_, code, options) => {
      const before = (context: BrowserContext) => prepend(context, code);
      const { page, errors, close } = await open(browser, built.url, { before, ...options });
      const name = 'again.png';
      await choose(page, { [name]: original });
      await protect(page);
      await done(card(page, name));
      expect((await save(page, card(page, name))).bytes.equals(usual.bytes)).toBe(true);
      expect(errors).toEqual([]);
      await close();
    },
    LONG,
  );

  it(
    'goes on with less where memory is short, and says so; begun photos and unsaved results are not lost to a reload unasked',
    async () => {
      const before = (context: BrowserContext) => prepend(context, NO_MEMORY, /web-worker-[^/]*\.js$/, 1);
      const settings = { steps: 3, size: 'upload:1024' };
      const { page, close } = await open(browser, built.url, { before, settings, serviceWorkers: 'block' });
      await choose(page, { 'large.png': await portrait(64, 48) });
      await protect(page);
      await done(card(page, 'large.png'));
      await openProof(page, 'large.png');
      await card(page, 'large.png').getByText('seen at upload:512 by the networks, since upload:1024 takes').waitFor();
      const asked: string[] = [];
      page.on('dialog', (dialog) => {
        asked.push(dialog.type());
        dialog.accept();
      });
      await page.reload();
      expect(asked).toEqual(['beforeunload']);
      await choose(page, { 'after.png': await portrait(64, 48) });
      await protect(page);
      await done(card(page, 'after.png'));
      await close();
    },
    LONG,
  );

  it(
    'writes WebP without loss and JPEG, each with the photo’s metadata and the record',
    async () => {
      const { page, close } = await open(browser, built.url);
      await page.getByText('Choose', { exact: true }).click();
      for (const [format, extension] of [
        ['webp', 'webp'],
        ['jpeg', 'jpg'],
      ] as const) {
        await page.getByLabel('Save as').selectOption(format);
        expect(await violations(page)).toEqual([]);
        await choose(page, { [`${format}.png`]: original });
        await protect(page);
        await done(card(page, `${format}.png`));
        const saved = await save(page, card(page, `${format}.png`));
        expect(saved.name).toBe(`${format}.immunized.${extension}`);
        const [before, after, png] = [
          await decodePhoto(original),
          await decodePhoto(saved.bytes),
          await decodePhoto(usual.bytes),
        ];
        expect([after.metadata.icc, after.metadata.exif]).toEqual([before.metadata.icc, before.metadata.exif]);
        expect(readRecord(after.metadata.xmp).record).toEqual(readRecord(png.metadata.xmp).record);
        const off = after.pixels.data.reduce((sum, value, i) => sum + Math.abs(value - png.pixels.data[i]!), 0);
        expect(off / after.pixels.data.length).toBeLessThan(format === 'webp' ? Number.MIN_VALUE : 3);
      }
      expect(await page.getByRole('link', { name: 'A link to this page' }).getAttribute('href')).toContain('jpeg');
      await close();
    },
    LONG,
  );
});
