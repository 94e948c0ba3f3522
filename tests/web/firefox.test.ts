// The page in Firefox: a photo in, one button, the file out, on as many threads as there are cores.
import { readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { decodePhoto } from 'photoguard/image/node';
import { readRecord } from 'photoguard/record';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testPlace } from '../cli/place.ts';
import { type BuiltPage, servePage } from './built-page.ts';
import { type FirefoxPage, firefoxNote, firefoxPath, openInFirefox } from './firefox.ts';
import { portrait } from './steps.ts';

const place = testPlace();
/** One gradient, in one latent space. */
const QUICKEST = { steps: 1, size: 'fit:32', spaces: 'sd1', through: 'none' };

/** In milliseconds: nothing here is a matter of speed. */
const LONG = 180_000;

describe.skipIf(!firefoxPath)(`the page in Firefox${firefoxNote}`, () => {
  let built: BuiltPage;
  let page: FirefoxPage;
  beforeAll(async () => {
    built = await servePage();
    page = await openInFirefox(`${built.url}?settings=${encodeURIComponent(JSON.stringify(QUICKEST))}`);
  }, LONG);
  afterAll(async () => {
    await page?.close();
    await built?.close();
  });

  it('protects a photo and saves it, with its metadata and a record', { timeout: LONG }, async () => {
    const photo = place.fresh('me.png');
    const original = await portrait(64, 48);
    writeFileSync(photo, original);
    await page.setFiles('main input[type=file][multiple]', [photo]);
    const button = `[...document.querySelectorAll('button')].find((one) => one.textContent === 'Protect')`;
    await page.until(`!${button}.disabled`, 30);
    await page.evaluate(`${button}.click()`);
    await page.until(`!!document.querySelector('li.card a[download]')`, 120);
    const file = await page.saved(`document.querySelector('li.card a[download]').click()`, 30);
    expect(basename(file)).toBe(`${basename(photo, '.png')}.immunized.png`);
    const [before, after] = [await decodePhoto(original), await decodePhoto(readFileSync(file))];
    expect(after.pixels).toMatchObject({ width: 64, height: 48 });
    expect(after.pixels.data).not.toEqual(before.pixels.data);
    expect([after.metadata.icc, after.metadata.exif]).toEqual([before.metadata.icc, before.metadata.exif]);
    expect(readRecord(after.metadata.xmp).record).toMatchObject({ attack: 'encoder', visibility: 'low' });
    expect(await page.evaluate('document.body.innerText')).not.toMatch(/computes on one core only/);
  });
});
