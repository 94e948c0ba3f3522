// Tests of the page where browsers make it hard: without storage, with a canvas that lies, with little memory, without its
// graphics card, loaded again in the middle, in two tabs. Browsers are made to do so by code that is put before the page's own
// scripts.
import { setTimeout as wait } from 'node:timers/promises';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { type BuiltPage, type OpenOptions, open } from './built-page.ts';
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
const LONG = 120_000;

/** What the tests are given. */
interface Given {
  readonly browser: Browser;
  readonly built: BuiltPage;
  /** Of 64x48 pixels. */
  readonly original: Uint8Array;
}

/** Declares them. @param given asked in each test */
export function hardshipTests(given: () => Given): void {
  const name = 'same.png';
  let usual: Promise<Saved> | undefined;
  /** What the page makes of the photo where nothing is wrong. */
  const asUsual = (): Promise<Saved> => (usual ??= resultOf());

  /** What the page makes of the photo, with changed scripts. @param look at the page when it is done */
  const resultOf = (
    options: OpenOptions = {},
    changes: Changes = [],
    look?: (page: Page) => Promise<void>,
  ): Promise<Saved> =>
    whileChanged(given().built, changes, async () => {
      const { browser, built, original } = given();
      // A service worker would refuse changed scripts.
      const serviceWorkers = changes.length > 0 ? 'block' : 'allow';
      const { page, errors, close } = await open(browser, built.url, { serviceWorkers, ...options });
      await choose(page, { [name]: original });
      await protect(page);
      await done(card(page, name), LONG / 2);
      const saved = await save(page, card(page, name));
      await look?.(page);
      await close();
      expect(errors).toEqual([]);
      return saved;
    });

  it('is the same in a private window, with a canvas that lies', { timeout: LONG }, async () => {
    const before = (context: BrowserContext) => context.addInitScript(`{${PRIVATE}${NOISY_CANVAS}}`);
    const saved = await resultOf({ before }, [[PRIVATE + NOISY_CANVAS, WORKER]], async (page) => {
      expect(await page.evaluate(readBack)).toBe(101);
      expect(await page.evaluate(() => Reflect.get(globalThis, 'caches')).catch(() => 'denied')).toBe('denied');
      await page.getByText('has no room to keep results').waitFor();
      expect(await violations(page)).toEqual([]);
    });
    expect(saved.bytes.equals((await asUsual()).bytes)).toBe(true);
  });

  it('is the same on a full disk; results are then lost when the page is loaded again', { timeout: LONG }, async () => {
    const { browser, built, original } = given();
    const { page, close } = await open(browser, built.url);
    const session = await page.context().newCDPSession(page);
    await session.send('Storage.overrideQuotaForOrigin', { origin: new URL(built.url).origin, quotaSize: 1 });
    await choose(page, { [name]: original });
    await protect(page);
    await done(card(page, name), LONG / 2);
    expect((await save(page, card(page, name))).bytes.equals((await asUsual()).bytes)).toBe(true);
    await page.getByText('has no room to keep results').waitFor();
    await page.reload();
    await page.getByRole('button', { name: 'Protect' }).waitFor();
    await expectCards(page, []);
    await close();
  });

  it('goes on with less where memory is short, and says so', { timeout: LONG }, async () => {
    const changes: Changes = [
      [NUMBERED, WORKER],
      [NO_MEMORY, RUNTIME],
    ];
    await resultOf({ settings: { steps: 3, size: 'upload:1024' } }, changes, async (page) => {
      await openProof(page, name);
      await card(page, name).getByText('seen at upload:512 by the networks, since upload:1024 takes').waitFor();
    });
  });

  it('goes on without a graphics card that is lost, and says so', { timeout: LONG }, async () => {
    const changes: Changes = [
      [CARD, WORKER],
      [LOST_CARD, RUNTIME],
    ];
    await resultOf({}, changes, async (page) => {
      await openProof(page, name);
      await card(page, name).getByText('computed without the graphics card, which failed').waitFor();
      await card(page, name)
        .getByText(/on wasm/)
        .waitFor();
    });
  });

  it('keeps what is done when it is loaded again, until it is removed or the tab closed', {
    timeout: LONG,
  }, async () => {
    const { browser, built, original } = given();
    const { page, errors, close } = await open(browser, built.url);
    const asked = acceptDialogs(page);
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
    // What comes later is put behind it, and removed for good.
    await choose(page, { 'later.png': original });
    await protect(page);
    await done(card(page, 'later.png'), LONG / 2);
    await card(page, 'first.png').getByRole('button', { name: 'Remove' }).click();
    await page.reload();
    await card(page, 'later.png').waitFor();
    expect(await card(page, 'first.png').count()).toBe(0);
    const other = await page.context().newPage();
    await other.goto(built.url);
    await expectCards(other, []);
    await page.close();
    await expect.poll(() => other.evaluate(keptTabs), { timeout: 30_000 }).toBe(1);
    expect(errors).toEqual([]);
    await close();
  });

  it('works on one photo at a time in two tabs; 100 megapixels are refused', { timeout: LONG }, async () => {
    const { browser, built, original } = given();
    const { page, errors, close } = await open(browser, built.url, { settings: { steps: 10_000, size: 'fit:64' } });
    acceptDialogs(page);
    await choose(page, { 'slow.png': original });
    await protect(page);
    await card(page, 'slow.png')
      .getByText('Protecting')
      .waitFor({ timeout: LONG / 2 });
    const other = await page.context().newPage();
    await other.goto(`${built.url}?settings=${encodeURIComponent(JSON.stringify({ steps: 3, size: 'fit:64' }))}`);
    await choose(other, { 'large.jpg': await flatJpeg(12_500, 8_000), 'quick.png': original });
    await protect(other);
    await card(other, 'large.jpg').getByText('Waiting for a photo in another tab').waitFor();
    expect(await violations(other)).toEqual([]);
    await page.getByRole('button', { name: 'Stop' }).click();
    await card(other, 'large.jpg')
      .getByText(/more than 48 megapixels.*12500x8000/)
      .waitFor();
    await done(card(other, 'quick.png'), LONG / 2);
    await card(page, 'slow.png').getByText('Waiting').waitFor();
    await page.reload();
    await page.getByRole('button', { name: 'Protect' }).waitFor();
    await expectCards(page, []); // what the other tab has done is its own
    await card(other, 'quick.png').getByRole('link', { name: 'Save', exact: true }).waitFor();
    expect(errors).toEqual([]);
    await close();
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
  const cards = page.getByRole('region', { name: 'Results' }).getByRole('listitem');
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
