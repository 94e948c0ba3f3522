// Opens a report as people do, from its file, and watches it: what it asks for beyond itself, and what goes wrong in it.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';

/** What a page did when it was opened. */
export interface Opened {
  /** Addresses beside the page's own, data addresses left out. */
  readonly requests: readonly string[];
  /** Uncaught errors, and everything that the console calls an error (refused by the page's policy, for one). */
  readonly errors: readonly string[];
  /** Pictures that did not come out. */
  readonly brokenPictures: number;
  /** Width of the content beyond that of the window, in pixels. */
  readonly overflow: number;
  /** Colour of the paper, as CSS says it. */
  readonly background: string;
}

/** Where pictures of the pages go, for people to look at: PHOTOGUARD_SCREENSHOTS, a folder. Default: nowhere. */
const SCREENSHOTS = process.env.PHOTOGUARD_SCREENSHOTS;

/** Opens a file in a window of a width and a colour scheme. */
export async function openReport(
  browser: Browser,
  file: string,
  {
    width = 1200,
    colorScheme = 'light',
    name = 'report',
  }: { width?: number; colorScheme?: 'light' | 'dark'; name?: string } = {},
): Promise<Opened> {
  const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
  try {
    const url = pathToFileURL(file).href;
    const requests: string[] = [];
    const errors: string[] = [];
    page.on('request', (request) => {
      if (request.url() !== url && !request.url().startsWith('data:')) requests.push(request.url());
    });
    page.on('pageerror', (error) => errors.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') errors.push(message.text());
    });
    await page.goto(url, { waitUntil: 'load' });
    const seen = await page.evaluate(() => ({
      brokenPictures: [...document.images].filter((image) => !image.complete || image.naturalWidth === 0).length,
      overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
      background: getComputedStyle(document.body).backgroundColor,
    }));
    const screenshot = await page.screenshot({ fullPage: true });
    if (SCREENSHOTS) writeFileSync(join(SCREENSHOTS, `${name}-${colorScheme}-${width}.png`), screenshot);
    return { requests, errors, ...seen };
  } finally {
    await page.close();
  }
}
