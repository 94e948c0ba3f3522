/*
 * The page as it is deployed: built into a folder of its own and served with its headers. Everything that it asks for, and
 * everything that goes wrong in it, is written down.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { build, preview } from 'vite';
import { ROOT } from '../browser/serve.ts';

const APP = join(ROOT, 'apps/web');

/** A served page. */
export interface BuiltPage {
  /** Its address, with a slash at its end. */
  readonly url: string;
  /** Where its files are. */
  readonly folder: string;
  close(): Promise<void>;
}

/** Builds and serves the page. */
export async function servePage(): Promise<BuiltPage> {
  const folder = mkdtempSync(join(tmpdir(), 'photoguard-web-'));
  const config = { root: APP, configFile: join(APP, 'vite.config.ts'), logLevel: 'error' } as const;
  await build({ ...config, build: { outDir: folder, reportCompressedSize: false } });
  const server = await preview({ ...config, build: { outDir: folder }, preview: { host: '127.0.0.1', port: 0 } });
  return {
    url: server.resolvedUrls!.local[0]!,
    folder,
    close: async () => {
      await server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Scripts that the page and its worker load without being asked for anything special: all that they import statically. */
export function scriptsAtOnce(folder: string): string[] {
  const assets = join(folder, 'assets');
  const first = readFileSync(join(folder, 'index.html'), 'utf8').match(/assets\/[^"]+\.js/g)!;
  const worker = readdirSync(assets).filter((name) => /^worker-.*\.js$/.test(name));
  const found = new Set([...first.map((path) => join(folder, path)), ...worker.map((name) => join(assets, name))]);
  for (const path of found)
    for (const [, name] of readFileSync(path, 'utf8').matchAll(/(?:from|import)\s*["']\.\/([^"']+\.js)["']/g))
      found.add(join(assets, name!));
  return [...found];
}

/** A page that is watched. */
export interface Watched {
  readonly page: Page;
  /** Method and address of each request, of workers too. */
  readonly requests: readonly { readonly method: string; readonly url: string; readonly hasBody: boolean }[];
  /** Errors, and everything that the console calls one; a refusal by the policy is one. */
  readonly errors: string[];
  close(): Promise<void>;
}

/** Few gradients at a small size, so that a photo takes seconds. */
export const QUICK = { steps: 3, size: 'fit:64' };

/** How the page is opened. */
export interface OpenOptions extends BrowserContextOptions {
  /** Of its address; null: none. Default: {@link QUICK}. */
  readonly settings?: object | null;
  /** What is done to the context first. */
  readonly before?: (context: BrowserContext) => Promise<unknown>;
}

/** Opens the page in a context of its own. */
export async function open(
  browser: Browser,
  url: string,
  { settings = QUICK, before, ...options }: OpenOptions = {},
): Promise<Watched> {
  const context = await browser.newContext({ locale: 'en-GB', ...options });
  context.setDefaultTimeout(120_000); // on a machine with other work Playwright's half a minute is not much
  await before?.(context);
  const page = await context.newPage();
  const requests: { method: string; url: string; hasBody: boolean }[] = [];
  const errors: string[] = [];
  context.on('request', (request) =>
    requests.push({ method: request.method(), url: request.url(), hasBody: request.postDataBuffer() !== null }),
  );
  context.on('weberror', (error) => errors.push(error.error().message));
  context.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  await page.goto(settings === null ? url : `${url}?settings=${encodeURIComponent(JSON.stringify(settings))}`);
  return { page, requests, errors, close: () => context.close() };
}
