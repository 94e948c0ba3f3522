// Tests of models of the hub on the page: asked for by a click alone, by one worker alone, and gone on with where it broke off.

import { createHash } from 'node:crypto';
import { decodePhoto } from 'photoguard/image/node';
import { readRecord } from 'photoguard/record';
import type { Browser } from 'playwright-core';
import { expect, it } from 'vitest';
import type { HubServer } from '../hub-server.ts';
import { TINY_CONFIG, tinyRepository } from '../support/tiny-model.ts';
import { type BuiltPage, open } from './built-page.ts';
import { card, choose, done, protect, save, violations } from './steps.ts';

const ID = 'tiny/model';
const PATH = 'diffusion_pytorch_model.safetensors';

/** Bytes after which the hub breaks off once. */
export const CUT = 200_000;

/** Files of the hub, below its folder. */
export const hubFiles = (): Record<string, string | Uint8Array> =>
  Object.fromEntries(Object.entries(tinyRepository()).map(([path, content]) => [`${ID}/${path}`, content]));

/** What PHOTOGUARD_PAGE_HUB says of it. @param origin where it is */
export function hubListing(origin: string): string {
  const weights = tinyRepository()[PATH]!;
  const sha256 = createHash('sha256').update(weights).digest('hex');
  const model = { id: ID, editors: 'none', path: PATH, bytes: weights.length, sha256, config: TINY_CONFIG };
  return JSON.stringify({ origin, hosts: [origin], models: [model] });
}

/** What the tests are given. */
interface Given {
  readonly browser: Browser;
  readonly built: BuiltPage;
  readonly original: Uint8Array;
  readonly hub: HubServer;
}

/** Declares them. @param given asked in each test */
export function hubTests(given: () => Given): void {
  it('come after a click that names size and origin, whole or later, and go when they are removed', {
    timeout: 120_000,
  }, async () => {
    const { browser, built, original, hub } = given();
    const { page, errors, close } = await open(browser, built.url);
    const reach = (url: string) =>
      fetch(url).then(
        () => 'reached',
        () => 'refused',
      );
    expect(await page.evaluate(reach, hub.url)).toBe('refused');
    expect(errors.splice(0).join()).toContain('Content Security Policy');
    await page.getByText('Choose', { exact: true }).click();
    await page.getByText('Models of the hub').click();
    const model = page.getByRole('listitem', { name: ID });
    const get = model.getByRole('button', { name: `Download 0.5 MB from ${new URL(hub.url).host}` });
    await get.waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByLabel('Offline: ask nobody').check();
    await expect.poll(() => get.isDisabled()).toBe(true);
    await page.getByLabel('Offline: ask nobody').uncheck();
    expect(hub.log).toEqual([]);
    await get.click();
    await model.getByRole('alert').waitFor();
    expect(await violations(page)).toEqual([]);
    await get.click();
    await model.getByText('is here').waitFor();
    expect(hub.log.filter((line) => line.includes('/resolve/'))).toEqual([
      `GET /${ID}/resolve/main/${PATH}`,
      expect.stringMatching(/bytes=[1-9][0-9]+-$/),
    ]);
    errors.length = 0; // the connection that broke
    await page.getByLabel('Network to protect against').selectOption(ID);
    await choose(page, { 'hub.png': original });
    await protect(page);
    await done(card(page, 'hub.png'), 60_000);
    const { metadata } = await decodePhoto((await save(page, card(page, 'hub.png'))).bytes);
    expect(readRecord(metadata.xmp).record!.models.map(({ ref }) => ref)).toEqual([ID]);
    await page.reload();
    await page.getByText('Choose', { exact: true }).click();
    await page.getByText('Models of the hub').click();
    await model.getByRole('button', { name: 'Remove' }).click();
    await get.waitFor();
    const left = async (): Promise<string[]> => {
      const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('photoguard-hub');
      const names: string[] = [];
      for await (const name of (folder as unknown as { keys(): AsyncIterable<string> }).keys()) names.push(name);
      return names;
    };
    expect(await page.evaluate(left)).toEqual([]);
    expect(hub.log).toHaveLength(4); // each was sent on to where large files are
    expect(errors).toEqual([]);
    await close();
  });
}
