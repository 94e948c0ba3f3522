// Tests of the page where browsers make it hard: without storage, with a canvas that lies, with little memory, without its
// graphics card, loaded again in the middle, in two tabs. Browsers are made to do so by code that is put before the page's own
// scripts.
import { setTimeout as wait } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BuiltPage, open, type Watched } from './built-page.ts';
import {
  CARD,
  type Changes,
  LOST_CARD,
  NO_MEMORY,
  NOISY_CANVAS,
  NUMBERED,
  PRIVATE,
  RUNTIME,
  WORKER,
  whileChanged,
} from './faults.ts';
import { card, choose, done, openProof, protect, type Saved, save, violations } from './steps.ts';

/** In milliseconds: nothing here is a matter of speed. */
const LONG = 300_000;

/** What the tests are given. */
interface Given {
  readonly browser: Browser;
  readonly built: BuiltPage;
  /** Of 64x48 pixels. */
  readonly original: Uint8Array;
  /** A page with nothing wrong, which has protected the photo, or will. */
  readonly shared: Watched;
  /** What it makes of the photo. */
  readonly asUsual: () => Promise<Saved>;
  /** The same once more, under a name. */
  readonly resultOf: (name: string) => Promise<Saved>;
}

/** Declares them. @param given asked in each test */
export function hardshipTests(given: () => Given): void {
  it('is the same on a full disk; results are then lost when the page is loaded again', { timeout: LONG }, async () => {
    const { built, shared, asUsual, resultOf } = given();
    const { page, errors } = shared;
    const usual = await asUsual();
    acceptDialogs(page);
    const session = await page.context().newCDPSession(page);
    await session.send('Storage.overrideQuotaForOrigin', { origin: new URL(built.url).origin, quotaSize: 1 });
    expect((await resultOf('unkept.png')).bytes.equals(usual.bytes)).toBe(true);
    await page.getByText('has no room to keep results').waitFor();
    await page.reload();
    await card(page, 'same.png').waitFor(); // kept before the disk was full
    expect(await card(page, 'unkept.png').count()).toBe(0);
    errors.length = 0; // the browser may say that its disk is full
  });

  it('is the same in a private window, with a canvas that lies and a graphics card that is lost; goes on with less memory', {
    timeout: LONG,
  }, async () => {
    const { browser, built, original, asUsual } = given();
    const usual = await asUsual();
    const changes: Changes = [
      [PRIVATE + NOISY_CANVAS + NUMBERED + CARD, WORKER],
      [LOST_CARD + NO_MEMORY, RUNTIME],
    ];
    await whileChanged(built, changes, async () => {
      // A service worker would refuse changed scripts.
      const { page, errors, close } = await open(browser, built.url, {
        serviceWorkers: 'block',
        before: (context) => context.addInitScript(`{${PRIVATE}${NOISY_CANVAS}}`),
      });
      expect(await page.evaluate(readBack)).toBe(101);
      expect(await page.evaluate(() => Reflect.get(globalThis, 'caches')).catch(() => 'denied')).toBe('denied');
      const protectAs = async (name: string): Promise<Saved> => {
        await choose(page, { [name]: original });
        await protect(page);
        await done(card(page, name), LONG / 2);
        await openProof(page, name);
        return save(page, card(page, name));
      };
      expect((await protectAs('same.png')).bytes.equals(usual.bytes)).toBe(true);
      await card(page, 'same.png').getByText('computed without the graphics card, which failed').waitFor();
      await card(page, 'same.png')
        .getByText(/on wasm/)
        .waitFor();
      await page.getByText('has no room to keep results').waitFor();
      expect(await violations(page)).toEqual([]);

      await page.evaluate(() => new BroadcastChannel('faults').postMessage('no memory'));
      await page.getByText('Choose', { exact: true }).click();
      await page.getByLabel('Size at which the networks see the photo').selectOption('upload:1024');
      await protectAs('less.png');
      await card(page, 'less.png')
        .getByText('seen at upload:512 by the networks, since upload:1024 takes too much memory')
        .waitFor();
      expect(errors).toEqual([]);
      await close();
    });
  });

  describe('in two tabs', () => {
    let watched: Watched;
    let asked: readonly string[];
    beforeAll(async () => {
      watched = await open(given().browser, given().built.url);
      asked = acceptDialogs(watched.page);
    });
    afterAll(() => watched?.close());

    it('keeps what is done when it is loaded again', { timeout: LONG }, async () => {
      const { page, errors } = watched;
      const { original } = given();
      await choose(page, { 'first.png': original, 'second.png': original, 'third.png': original });
      await protect(page);
      await done(card(page, 'first.png'), LONG / 2);
      const before = await save(page, card(page, 'first.png'));
      await page.reload();
      expect(asked).toEqual(['beforeunload']);
      const after = await save(page, card(page, 'first.png'));
      expect([after.name, after.bytes.equals(before.bytes)]).toEqual([before.name, true]);
      expect(await card(page, 'third.png').count()).toBe(0);
      await openProof(page, 'first.png');
      await card(page, 'first.png').getByRole('table').waitFor();
      await card(page, 'first.png').getByRole('button', { name: 'Look closer' }).click();
      await page.getByLabel('Show').selectOption('Difference');
      await page.getByRole('img', { name: 'Difference' }).waitFor(); // made of both files
      await page.keyboard.press('Escape');
      expect(errors).toEqual([]);
    });

    it('works on one photo at a time; 100 megapixels are refused; what is removed, or of a closed tab, is gone', {
      timeout: LONG,
    }, async () => {
      const { page, errors } = watched;
      const { built, original } = given();
      const other = await page.context().newPage();
      acceptDialogs(other);
      const forever = JSON.stringify({ steps: 10_000, size: 'fit:64' });
      await other.goto(`${built.url}?settings=${encodeURIComponent(forever)}`);
      await expectCards(other, []); // what the first tab has is its own
      await choose(other, { 'slow.png': original });
      await protect(other);
      await card(other, 'slow.png')
        .getByText('Protecting')
        .waitFor({ timeout: LONG / 2 });
      await choose(page, { 'large.jpg': await flatJpeg(12_500, 8_000), 'later.png': original });
      await protect(page);
      await card(page, 'large.jpg').getByText('Waiting for a photo in another tab').waitFor();
      expect(await violations(page)).toEqual([]);
      await other.getByRole('button', { name: 'Stop' }).click();
      await card(page, 'large.jpg')
        .getByText(/more than 48 megapixels.*12500x8000/)
        .waitFor();
      await done(card(page, 'later.png'), LONG / 2);
      await card(other, 'slow.png').getByText('Waiting').waitFor();
      await expectCards(page, ['first.png', 'large.jpg', 'later.png']); // what comes later is put behind what was kept
      await card(page, 'first.png').getByRole('button', { name: 'Remove' }).click();
      await page.reload();
      await card(page, 'later.png').waitFor();
      await expectCards(page, ['later.png']);
      await other.reload();
      await other.getByRole('button', { name: 'Protect' }).waitFor();
      await expectCards(other, []);
      await page.close();
      await expect.poll(() => other.evaluate(keptTabs), { timeout: 30_000 }).toBe(1);
      expect(errors).toEqual([]);
    });
  });
}

/** A pixel of value 100, written to a canvas and read back. In the page. */
function readBack(): number {
  const context = document.createElement('canvas').getContext('2d')!;
  context.fillStyle = 'rgb(100 100 100)';
  context.fillRect(0, 0, 1, 1);
  return context.getImageData(0, 0, 1, 1).data[0]!;
}

/** How many tabs have results, or could have. In the page. */
const keptTabs = async (): Promise<number> =>
  (await caches.keys()).filter((name) => name.startsWith('photoguard-results-')).length;

/** Names of all cards, after the time in which kept ones would have come. */
async function expectCards(page: Page, names: readonly string[]): Promise<void> {
  await wait(500);
  const cards = page.getByRole('region', { name: 'Results' }).locator('li.card');
  expect(await cards.evaluateAll((all) => all.map((one) => one.getAttribute('aria-label')))).toEqual(names);
}

/** Says yes to all questions; their kinds. */
function acceptDialogs(page: Page): readonly string[] {
  const asked: string[] = [];
  page.on('dialog', (dialog) => {
    asked.push(dialog.type());
    dialog.accept().catch(() => undefined);
  });
  return asked;
}

const flatJpeg = (width: number, height: number): Promise<Uint8Array> =>
  sharp({ create: { width, height, channels: 3, background: '#888' }, limitInputPixels: false })
    .jpeg()
    .toBuffer();
