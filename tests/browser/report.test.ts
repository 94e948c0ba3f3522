import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { html, htmlTable, page, repeatBlock, trusted } from 'photoguard/report';
import { barPlot, inlinePicture, linePlot, pictureTable, versions } from 'photoguard/report/node';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testPixels } from '../support/photos.ts';
import { browserNote, chromiumPath, launch } from './chromium.ts';
import { openReport } from './self-contained.ts';

let folder: string;
let browser: Browser;

/** A page of every building block. */
async function samplePage(extra = ''): Promise<string> {
  const series = ['noise', 'encoder', 'diffusion'];
  const point = (name: string, shift = 0) => {
    const mean = 0.9 - 0.15 * series.indexOf(name) - shift;
    return { series: name, mean, low: mean - 0.05, high: mean + 0.05 };
  };
  const groups = ['none', 'jpeg:75', 'jpeg:75 > resize:0.5'];
  const data = testPixels(128, 128, 3);
  const picture = await inlinePicture({ width: 128, height: 128, channels: 3, data }, { alt: 'a pattern' });
  const sections = [
    {
      id: 'plots',
      heading: 'Plots',
      body: html`<div class="plots">${await linePlot({
        ...{ series, caption: 'SSIM over eps', xLabel: 'eps, levels of 255', yLabel: 'SSIM' },
        points: series.flatMap((name) => [2, 4, 8, 16].map((x, i) => ({ ...point(name, i / 12), x }))),
      })}${await barPlot({
        ...{ series, groups, caption: 'SSIM by purifier', label: 'SSIM' },
        points: series.flatMap((name) => groups.map((group, i) => ({ ...point(name, -i / 12), group }))),
      })}</div>`,
    },
    {
      id: 'pictures',
      heading: 'Pictures',
      body: pictureTable({
        caption: 'patterns',
        columns: ['one', 'another'],
        rows: [{ heading: 'photos/pattern.png', pictures: [picture, picture] }],
      }),
    },
    {
      id: 'repeat',
      heading: 'How to repeat this',
      body: html`${htmlTable({
        caption: 'a table',
        columns: [{ name: 'arm' }, ...series.map((name) => ({ name, numeric: true }))],
        rows: [['SSIM', '.9', '.8', '.7']],
      })}${repeatBlock({ command: ['photoguard'], versions: versions(), settings: {}, hashes: { model: 'ab'.repeat(32) } })}${trusted(extra)}`,
    },
  ];
  return page({ title: 'A sample', lead: html`<p>All building blocks.</p>`, sections });
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'photoguard-report-'));
  if (chromiumPath) browser = await launch();
});
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

describe.skipIf(!chromiumPath)(`a report page in Chromium${browserNote}`, () => {
  it('fetches nothing, has no error, shows its pictures, and fits a phone; light and dark', async () => {
    const file = join(folder, 'index.html');
    writeFileSync(file, await samplePage());
    for (const [colorScheme, background] of [
      ['light', 'rgb(255, 255, 255)'],
      ['dark', 'rgb(22, 24, 26)'],
    ] as const)
      for (const width of [1200, 390]) {
        const opened = await openReport(browser, file, { colorScheme, width });
        expect(opened).toMatchObject({ requests: [], errors: [], brokenPictures: 0, overflow: 0, background });
      }
  });

  it('would fetch nothing even if markup from outside were in it', async () => {
    const file = join(folder, 'hostile.html');
    const outside = `<img src="http://127.0.0.1:9/x.png"><script>document.title = 'taken'</script>`;
    writeFileSync(file, await samplePage(outside));
    const { errors } = await openReport(browser, file);
    expect(errors.filter((error) => /Content Security Policy/.test(error)).length).toBeGreaterThanOrEqual(2);
  });
});
