// The page itself, in Chromium: how soon something is to be seen, how large its scripts are, how long a photo and a preview take
// on wasm with as many threads as there are cores, and whether many photos in a row leave memory behind.
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
import { launch } from '../../tests/browser/chromium.ts';
import { processTree, statusBytes } from '../../tests/support/process-memory.ts';
import { type BuiltPage, open, scriptsAtOnce, servePage } from '../../tests/web/built-page.ts';
import { mainThreadTasks } from '../../tests/web/main-thread.ts';
import { card, choose, done, protect } from '../../tests/web/steps.ts';
import { summary } from '../support/alternate.ts';
import { type BenchRow, row } from '../support/bench.ts';

/** Photos of the long run, after the first and after all of which memory is looked at: PHOTOGUARD_BENCH_PHOTOS for a first try. */
const FIRST = 20;
const PHOTOS = Number(process.env.PHOTOGUARD_BENCH_PHOTOS ?? 200);
/** Longer side of the large photo: PHOTOGUARD_BENCH_WIDTH. */
const WIDTH = Number(process.env.PHOTOGUARD_BENCH_WIDTH ?? 1024);
/** Longest time for all of the long run, in milliseconds. */
const LONG = 1_800_000;
const VISITS = 5;

/** How soon it is there, how large it is, and how long a preview and a large photo take. */
export const benchPage = (): Promise<BenchRow[]> =>
  withPage(async (browser, built) => [
    row('first paint on localhost, median, s', await firstPaint(browser, built), { goal: { atMost: 1 } }),
    row('scripts at once, compressed, kB', scriptBytes(built) / 1000, { goal: { atMost: 200 } }),
    ...(await largePhoto(browser, built)),
  ]);

/** Whether many photos in a row leave memory behind. */
export const benchManyPhotos = (): Promise<BenchRow[]> =>
  withPage(async (browser, built) => [await manyPhotos(browser, built)]);

async function withPage(measure: (browser: Browser, built: BuiltPage) => Promise<BenchRow[]>): Promise<BenchRow[]> {
  const built = await servePage();
  const browser = await launch();
  try {
    return await measure(browser, built);
  } finally {
    await browser.close();
    await built.close();
  }
}

async function firstPaint(browser: Browser, built: BuiltPage): Promise<number> {
  const seconds: number[] = [];
  for (let k = 0; k < VISITS; k++) {
    const { page, close } = await open(browser, built.url);
    await page.getByRole('button', { name: 'Protect' }).waitFor();
    seconds.push(
      await page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]!.startTime / 1000),
    );
    await close();
  }
  return summary(seconds).median;
}

const scriptBytes = ({ folder }: BuiltPage): number =>
  scriptsAtOnce(folder).reduce((sum, path) => sum + gzipSync(readFileSync(path)).length, 0);

async function largePhoto(browser: Browser, built: BuiltPage): Promise<BenchRow[]> {
  const name = 'large.png';
  const photo = await picture(WIDTH, Math.round(0.75 * WIDTH), 0);
  const { page, close } = await open(browser, built.url, { settings: { recipe: 'quick' } });
  await choose(page, { [name]: photo });
  const opened = performance.now();
  await card(page, name).getByRole('button', { name: 'Preview' }).click();
  const pictures = page.getByRole('dialog').getByRole('img');
  await pictures.last().waitFor({ timeout: LONG });
  const cold = (performance.now() - opened) / 1000;
  const previews: number[] = [];
  for (const level of ['Unseen', 'Medium', 'Strong', 'Low']) previews.push(await previewSeconds(page, level));
  await page.keyboard.press('Escape');
  const frames = await countFrames(page);
  const began = performance.now();
  const tasks = await mainThreadTasks(browser, async () => {
    await protect(page);
    await done(card(page, name), LONG);
  });
  const seconds = (performance.now() - began) / 1000;
  const shown = await frames();
  await close();
  return [
    row('the first preview, with all that it loads, s', cold),
    row('a preview of another level, median, s', summary(previews).median, { goal: { atMost: 2 } }),
    row(`a photo of ${WIDTH} pixels, recipe quick, s`, seconds, { goal: { atMost: 60 } }),
    row('meanwhile, longest task of the main thread, ms', tasks[0]!, { goal: { atMost: 50 } }),
    row('meanwhile, share of the time in which it computes, %', tasks.reduce((a, b) => a + b) / seconds / 10),
    row('meanwhile, frames a second', shown / seconds),
  ];
}

/** Counts frames that the page is asked for, until it is asked. */
async function countFrames(page: Page): Promise<() => Promise<number>> {
  await page.evaluate(() => {
    let count = 0;
    const next = (): void => {
      count++;
      requestAnimationFrame(next);
    };
    requestAnimationFrame(next);
    Object.assign(globalThis, { framesShown: () => count });
  });
  return () => page.evaluate(() => (Reflect.get(globalThis, 'framesShown') as () => number)());
}

async function previewSeconds(page: Page, level: string): Promise<number> {
  const last = page.getByRole('dialog').getByRole('img').last();
  const before = await last.getAttribute('src');
  const began = performance.now();
  await page.getByRole('dialog').getByLabel(level).check();
  while ((await last.getAttribute('src')) === before) await page.waitForTimeout(10);
  return (performance.now() - began) / 1000;
}

/** Resident bytes of Chromium after all photos, by those after the first ones. */
async function manyPhotos(browser: Browser, built: BuiltPage): Promise<BenchRow> {
  const { page, close } = await open(browser, built.url, { settings: { steps: 1, size: 'fit:32', through: 'none' } });
  const files: Record<string, Uint8Array> = {};
  for (let k = 0; k < PHOTOS; k++) files[`${k}.png`] = await picture(40, 32, k);
  await choose(page, files);
  await protect(page);
  await done(card(page, `${FIRST - 1}.png`), LONG);
  const first = chromiumBytes();
  await done(card(page, `${PHOTOS - 1}.png`), LONG);
  const last = chromiumBytes();
  await close();
  return row(`memory after ${PHOTOS} photos and after ${FIRST}, MB`, last / 1e6, {
    peer: first / 1e6,
    goal: { atMost: 1.1 },
  });
}

const chromiumBytes = (): number =>
  processTree(process.pid)
    .slice(1)
    .reduce((sum, pid) => sum + statusBytes(pid, 'VmRSS'), 0);

const picture = (width: number, height: number, seed: number): Promise<Uint8Array> => {
  const data = Uint8Array.from({ length: 3 * width * height }, (_, i) => 128 + 90 * Math.sin((i + seed) * 0.0137));
  return sharp(data, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
};
