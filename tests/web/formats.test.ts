// What the page saves in other formats, and a part that it spares.
import { decodePhoto } from 'photoguard/image/node';
import { readRecord } from 'photoguard/record';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { browserNote, chromiumPath, launch } from '../browser/chromium.ts';
import { type BuiltPage, open, servePage } from './built-page.ts';
import { card, choose, done, portrait, protect, save, violations } from './steps.ts';

/** In milliseconds: nothing here is a matter of speed. */
const LONG = 300_000;

describe.skipIf(!chromiumPath)(`formats of the page in Chromium${browserNote}`, () => {
  let built: BuiltPage;
  let browser: Browser;
  let original: Uint8Array;
  beforeAll(async () => {
    [built, browser, original] = await Promise.all([servePage(), launch(), portrait(64, 48)]);
  }, LONG);
  afterAll(async () => {
    await browser?.close();
    await built?.close();
  });

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
    const off = jpeg!.pixels.data.reduce((sum, value, i) => sum + Math.abs(value - png!.pixels.data[i]!), 0);
    expect(off / jpeg!.pixels.data.length).toBeLessThan(4);
    for (const { metadata } of [webp!, jpeg!]) {
      expect(metadata.icc).toEqual(before.metadata.icc);
      expect(readRecord(metadata.xmp).record!.visibility).toBe('low');
    }
    expect(errors).toEqual([]);
    await close();
  });

  it('spare a part that is painted over with the keys', { timeout: LONG }, async () => {
    const { page, errors, close } = await open(browser, built.url);
    page.setDefaultTimeout(60_000);
    const changeOf = async (name: string, paint: boolean): Promise<number> => {
      await choose(page, { [name]: original });
      if (paint) {
        await card(page, name).getByRole('button', { name: 'Spare a part' }).click();
        const dialog = page.getByRole('dialog');
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
    const whole = await changeOf('whole.png', false);
    expect(await changeOf('spared.png', true)).toBeLessThan(0.75 * whole);
    expect(errors).toEqual([]);
    await close();
  });
});
