// Tests of the page beside the command: the same photo with the same settings, on wasm and on WebGPU's software adapter.
import { readFileSync, writeFileSync } from 'node:fs';
import { decodePhoto } from 'photoguard/image/node';
import { readRecord } from 'photoguard/record';
import type { Browser } from 'playwright-core';
import { expect, it } from 'vitest';
import { photoguard } from '../cli/command.ts';
import { testPlace } from '../cli/place.ts';
import { type BuiltPage, open, QUICK, type Watched } from './built-page.ts';
import { CARD, WORKER, whileChanged } from './faults.ts';
import { card, choose, done, openProof, portrait, protect, save, saveAs } from './steps.ts';

/** What of `immunize --json` is compared. */
interface ImmunizeJson {
  readonly results: readonly Reported[];
}

interface Reported {
  readonly models: readonly { readonly ref: string; readonly lossImmunized: number }[];
  readonly metadataKept: readonly string[];
  readonly notes: readonly string[];
  readonly peakRssMB?: number;
  readonly protection: {
    readonly displacement: Readonly<Record<string, { readonly none: { readonly protected: number } }>>;
  };
}

/** A page with a photo that is protected. */
interface Given extends Watched {
  readonly browser: Browser;
  readonly built: BuiltPage;
  /** The name of its file. */
  readonly name: string;
  readonly original: Uint8Array;
}

/** In milliseconds: nothing here is a matter of speed. */
const LONG = 300_000;

/** Declares them. @param given asked in each test */
export function commandTests(given: () => Given): void {
  const place = testPlace();
  /** What the command makes of a photo, and says of it, with settings of the page's address. */
  const commandResult = async (photo: Uint8Array, settings: object) => {
    const [file, result] = [place.fresh('me.png'), place.fresh('command.png')];
    writeFileSync(file, photo);
    const options = Object.entries(settings).flatMap(([option, value]) => [`--${option}`, String(value)]);
    const args = ['immunize', file, ...options, '--no-compare', '--json', '-o', result];
    const { status, stderr, stdout } = await photoguard(args);
    expect(status, stderr).toBe(0);
    return { bytes: readFileSync(result), report: (JSON.parse(stdout) as ImmunizeJson).results[0]! };
  };

  it("has the command's record and report of the same settings", async () => {
    const { page, name, original } = given();
    const saved = await save(page, card(page, name));
    const { bytes, report: other } = await commandResult(original, QUICK);
    const [here, there] = [await decodePhoto(saved.bytes), await decodePhoto(bytes)];
    const [{ record: ours }, { record: theirs }] = [readRecord(here.metadata.xmp), readRecord(there.metadata.xmp)];
    expect({ ...ours, eps255: 0 }).toEqual({ ...theirs, eps255: 0 });
    // What a visibility comes to depends on the last bits of gradients.
    expect(Math.abs(ours!.eps255 - theirs!.eps255)).toBeLessThanOrEqual(1);

    await openProof(page, name);
    const json = await saveAs(page, card(page, name).getByRole('button', { name: 'as JSON' }));
    expect(json.name).toMatch(/\.report\.json$/);
    const [mine] = (JSON.parse(json.bytes.toString()) as ImmunizeJson).results;
    const { peakRssMB: _, ...known } = other;
    expect(Object.keys(mine!).sort()).toEqual(Object.keys(known).sort());
    for (const [k, { ref, ...losses }] of mine!.models.entries())
      for (const [what, loss] of Object.entries(losses)) {
        const theirs = other.models[k]![what as 'lossImmunized'];
        expect(Math.abs(loss - theirs), `${ref} ${what}: ${loss} and ${theirs}`).toBeLessThan(1e-3);
      }
    expectAsFar(mine!, other);
    expect([mine!.metadataKept, mine!.notes]).toEqual([other.metadataKept, other.notes]);
  });

  it('moves latents on WebGPU as far as the command does', { timeout: LONG }, async () => {
    const { browser, built } = given();
    const photo = await portrait(32, 24);
    const settings = { steps: 2, size: 'fit:32', through: 'none', judge: 'surrogates/strided' };
    // To the page, the software adapter is a graphics card. A service worker would refuse changed scripts.
    const here = await whileChanged(built, [[CARD, WORKER]], async () => {
      const { page, errors, close } = await open(browser, built.url, { settings, serviceWorkers: 'block' });
      const one = card(page, 'card.png');
      await choose(page, { 'card.png': photo });
      await protect(page);
      await done(one);
      await openProof(page, 'card.png');
      await one.getByText(/on webgpu/).waitFor();
      const json = await saveAs(page, one.getByRole('button', { name: 'as JSON' }));
      expect(errors).toEqual([]);
      await close();
      return (JSON.parse(json.bytes.toString()) as ImmunizeJson).results[0]!;
    });
    expectAsFar(here, (await commandResult(photo, settings)).report);
  });
}

/** Latents of each space move as far in one report as in another, within 2 %. */
function expectAsFar({ protection: here }: Reported, { protection: there }: Reported): void {
  expect(Object.keys(here.displacement)).toEqual(['sd1', 'sdxl', 'sd3', 'flux1', 'flux2']);
  for (const [space, { none }] of Object.entries(here.displacement)) {
    const ratio = none.protected / there.displacement[space]!.none.protected;
    expect(Math.abs(ratio - 1), `${space}: ${ratio}`).toBeLessThan(0.02);
  }
}
