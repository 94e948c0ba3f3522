// What a person does on the page, and photos for it.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Locator, Page } from 'playwright-core';
import sharp from 'sharp';
import { XMP } from '../support/photos.ts';

/** A card, by the name of its photo's file. */
export const card = (page: Page, name: string): Locator =>
  page.getByRole('region', { name: 'Results' }).getByRole('listitem', { name, exact: true });

/** Chooses photos. */
export const choose = (page: Page, files: Record<string, Uint8Array>): Promise<void> =>
  page
    .getByLabel('Photos', { exact: true })
    .setInputFiles(
      Object.entries(files).map(([name, bytes]) => ({ name, mimeType: 'image/png', buffer: Buffer.from(bytes) })),
    );

/** Presses the one button. */
export const protect = (page: Page): Promise<void> => page.getByRole('button', { name: 'Protect' }).click();

/** Waits until a photo is done. @param timeout in milliseconds @throws where it fails instead, with the reason */
export async function done(one: Locator, timeout = 300_000): Promise<void> {
  const failed = one.getByText(/^Failed/);
  await one.getByRole('link', { name: 'Save', exact: true }).or(failed).waitFor({ timeout });
  if (await failed.count()) throw new Error((await failed.textContent())!);
}

/** Saves a result. */
export const save = (page: Page, one: Locator): Promise<Saved> =>
  saveAs(page, one.getByRole('link', { name: 'Save', exact: true }));

/** A file that the page gave out. */
export interface Saved {
  readonly name: string;
  readonly bytes: Buffer;
}

/** What a link or a button saves. */
export async function saveAs(page: Page, button: Locator): Promise<Saved> {
  const [download] = await Promise.all([page.waitForEvent('download'), button.click()]);
  return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) };
}

/** Opens what is said of a result, where it is closed. */
export async function openProof(page: Page, name: string): Promise<void> {
  const proof = card(page, name).locator('details.proof');
  if ((await proof.getAttribute('open')) === null) await proof.locator('summary').click();
}

/** The portrait at a size, with EXIF, XMP and a profile. */
export function portrait(width: number, height: number): Promise<Uint8Array> {
  const picture = sharp('examples/portrait.png').resize(width, height, { fit: 'cover' }).withIccProfile('p3');
  return picture
    .withExif({ IFD0: { Artist: 'Test Artist' } })
    .withXmp(XMP)
    .png()
    .toBuffer();
}

/** A PNG's header of 900 megapixels. */
export function hugePng(): Uint8Array {
  const bytes = Buffer.alloc(40);
  bytes.write('\x89PNG\r\n\x1a\n', 'latin1');
  bytes.writeUInt32BE(13, 8);
  bytes.write('IHDR', 12, 'latin1');
  bytes.writeUInt32BE(30_000, 16);
  bytes.writeUInt32BE(30_000, 20);
  return bytes;
}

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
declare const axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };

/** What axe-core finds wrong with the page as it is: rules, and where. */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const found = await page.evaluate(async () => (await axe.run()).violations);
  return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}
