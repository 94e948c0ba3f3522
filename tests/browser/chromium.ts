/*
 * Headless Chromium with WebGPU on a software adapter (SwiftShader: a CPU, so correct and slow). Where there is no
 * Chromium, tests say by name that they were skipped.
 */
import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';

/** Path of the browser: PHOTOGUARD_CHROMIUM, or where distributions put it; undefined where there is none. */
export const chromiumPath: string | undefined = [
  process.env.PHOTOGUARD_CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
].find((path) => path !== undefined && existsSync(path));

/** What a test's name ends with where it is skipped. */
export const browserNote = chromiumPath ? '' : ' (skipped: no Chromium; set PHOTOGUARD_CHROMIUM)';

const FLAGS = [
  ...['--headless=new', '--no-sandbox', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  ...['--disable-component-update', '--disable-sync', '--enable-unsafe-webgpu', '--enable-features=Vulkan'],
];
const SOFTWARE = ['--use-webgpu-adapter=swiftshader'];
const CARD = ['--ignore-gpu-blocklist', '--use-angle=vulkan'];

/** Starts Chromium. @param onCard whether WebGPU is to be a graphics card, instead of the software adapter */
export const launch = (onCard = false): Promise<Browser> =>
  chromium.launch({ executablePath: chromiumPath!, args: [...FLAGS, ...(onCard ? CARD : SOFTWARE)] });

/**
 * A page at an address, once its script has run; its errors fail whoever waits for it. `requests` gets the addresses that
 * the page and its workers ask for.
 */
export async function openPage(browser: Browser, url: string, requests: string[] = []): Promise<Page> {
  const page = await browser.newPage();
  page.context().on('request', (request) => requests.push(request.url()));
  const failed = new Promise<never>((_, reject) => page.on('pageerror', reject));
  await Promise.race([
    failed,
    page
      .goto(url, { timeout: 60_000 })
      .then(() => page.waitForFunction(() => 'tests' in globalThis, null, { timeout: 60_000 })),
  ]);
  failed.catch(() => undefined); // later ones reach the test as rejected calls
  return page;
}
