// Tests of what the page says of a photo that it has protected: reports, a check beside the original, what an editor sees.
import { decodePhoto, type Pixels8 } from 'photoguard/image/node';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import type { Watched } from './built-page.ts';
import { displacement } from './displacement.ts';
import { card, openProof, save, saveAs, violations } from './steps.ts';

/** What of a check's JSON is looked at. */
interface CheckJson {
  readonly clean: { readonly matchesRecord: boolean };
  readonly record: { readonly visibility: string };
  readonly protection: {
    readonly attacked: boolean;
    readonly displacement: Readonly<Record<string, { readonly none: { readonly protected: number } }>>;
  };
}

/** A page with a photo that is protected. */
interface Given extends Watched {
  /** The name of its file. */
  readonly name: string;
  readonly original: Uint8Array;
}

/** In milliseconds: nothing here is a matter of speed. */
const LONG = 300_000;

/** Declares them. @param given asked in each test */
export function proofTests(given: () => Given): void {
  it('saves a report that is a page without script, with names of files as text', async () => {
    const { page, name } = given();
    await openProof(page, name);
    const report = await saveAs(page, card(page, name).getByRole('button', { name: 'Save report', exact: true }));
    const text = report.bytes.toString();
    expect(text).toContain(`<h1>Protection of &lt;img src=x onerror=&quot;document.title=1&quot;&gt;.png</h1>`);
    expect(text).toContain('default-src &#39;none&#39;');
    expect(text).not.toMatch(/<script|<img/);
    expect(text).toContain('Stable Diffusion 1 and 2');
    expect(text).toContain('It does not undo what was already published.');
  });

  it('checks a photo beside its original, and without it', async () => {
    const { page, name, original } = given();
    const saved = await save(page, card(page, name));
    await page.getByText('Check a photo', { exact: true }).click();
    const give = (label: string, bytes: Uint8Array) =>
      page.getByLabel(label).setInputFiles({ name: `${label}.png`, mimeType: 'image/png', buffer: Buffer.from(bytes) });
    await give('Protected photo', saved.bytes);
    await page.getByRole('button', { name: 'Check', exact: true }).click();
    const found = page.getByRole('region', { name: 'Check of Protected photo.png' });
    expect(await found.textContent()).toMatch(
      /cannot be measured without the original.*attack encoder.*visibility low/,
    );
    await give('Original, if at hand', original);
    await page.getByRole('button', { name: 'Check', exact: true }).click();
    await found.getByText('The record names this original.').waitFor();
    expect(await violations(page)).toEqual([]);
    const json = await saveAs(page, found.getByRole('button', { name: 'as JSON' }));
    const { clean, record, protection } = JSON.parse(json.bytes.toString()) as CheckJson;
    expect([clean.matchesRecord, record.visibility, protection.attacked]).toEqual([true, 'low', false]);
    const pixels = async (file: Uint8Array): Promise<Pixels8> => (await decodePhoto(file)).pixels;
    const size = { width: 96, height: 72 };
    const measured = await displacement(await pixels(original), await pixels(saved.bytes), size);
    const told = Object.values(protection.displacement).map(({ none }) => none.protected);
    for (const [k, value] of measured.entries()) expect(Math.abs(told[k]! - value)).toBeLessThan(0.002);
    expect(await found.getByRole('cell').count()).toBe(3 * measured.length);
    await give('Original, if at hand', await sharp(original).negate().png().toBuffer());
    await page.getByRole('button', { name: 'Check', exact: true }).click();
    await page.getByRole('alert').getByText('the original is another photo').waitFor();
  });

  it('shows what an editor sees of both, and edits both alike, with a stop', async () => {
    const { page, name, requests } = given();
    const weights = () => new Set(requests.map(({ url }) => url).filter((url) => /safetensors/.test(url))).size;
    const before = weights();
    await card(page, name).getByRole('button', { name: 'Look closer' }).click();
    await page.getByLabel('Show').selectOption('What an editor sees');
    await page.getByLabel('What has happened').selectOption('after JPEG 75');
    const seen = page.getByRole('img', { name: 'What an editor sees' });
    await seen.first().waitFor({ timeout: LONG });
    const widths = seen.evaluateAll((all) =>
      Promise.all((all as HTMLImageElement[]).map((image) => image.decode().then(() => image.naturalWidth))),
    );
    expect(await widths).toEqual([96, 96]);
    expect(weights()).toBe(before + 1);
    expect(await violations(page)).toEqual([]);
    await page.getByLabel('Show').selectOption('The same edit of both');
    await page.getByRole('button', { name: 'Edit both' }).click();
    await page.getByRole('dialog').getByText('Editing').waitFor({ timeout: LONG });
    await page.getByRole('dialog').getByRole('button', { name: 'Stop' }).click();
    await page.getByRole('button', { name: 'Edit both' }).and(page.locator(':enabled')).waitFor();
    await page.getByLabel('How much is made anew').fill('0.2');
    await page.getByRole('button', { name: 'Edit both' }).click();
    const edited = page.getByRole('img', { name: 'The same edit of both' });
    await edited.first().waitFor({ timeout: LONG });
    expect(await edited.count()).toBe(2);
    expect(weights()).toBe(before + 3);
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press('Escape');
  });
}
