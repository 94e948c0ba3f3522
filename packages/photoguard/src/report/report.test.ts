import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fixed, html, htmlTable, markdownTable, page, repeatBlock, shellCommand, withInterval } from './index.ts';
import { barPlot, inlinePicture, linePlot, pictureTable, sha256, sha256OfFolder, versions } from './node/index.ts';

const HOSTILE = `<img src=x onerror="alert(1)">'&`;

describe('html', () => {
  it('escapes what is put in, keeps markup, and leaves out nothing and false', () => {
    expect(html`<p title="${HOSTILE}">${[html`<b>${1}</b>`, 'a<b', undefined, false]}</p>`.html).toBe(
      '<p title="&lt;img src=x onerror=&quot;alert(1)&quot;&gt;&#39;&amp;"><b>1</b>a&lt;b</p>',
    );
  });
});

describe('page', () => {
  it('is one document that may fetch nothing and run nothing, with its sections in a list of contents', () => {
    const sections = ['one', 'two', 'three'].map((id) => ({ id, heading: `The ${id}`, body: html`<p>${HOSTILE}</p>` }));
    const text = page({ title: HOSTILE, lead: html`<p>lead</p>`, sections });
    expect(text).toMatch(/^<!doctype html>\n<html lang="en">/);
    expect(text).toContain(`default-src &#39;none&#39;`);
    expect(text).not.toMatch(/<script|<img|https?:/);
    expect(text).toContain('<a href="#two">The two</a>');
    expect(text).toContain('<section id="two" aria-labelledby="two-heading">');
  });
});

describe('tables', () => {
  const table = {
    caption: 'what it shows',
    columns: [{ name: 'arm' }, { name: 'SSIM', numeric: true }],
    rows: [['a | b', '0.5']],
  };
  it('have headings for rows and columns', () => {
    const markup = htmlTable(table).html;
    expect(markup).toContain('<th scope="col" class="number">SSIM</th>');
    expect(markup).toContain('<tr><th scope="row">a | b</th><td class="number">0.5</td></tr>');
    expect(markup).toContain('<caption>what it shows</caption>');
  });
  it('are Markdown too', () => {
    expect(markdownTable(table)).toBe('| arm | SSIM |\n|---|---:|\n| a \\| b | 0.5 |\n');
  });
});

describe('numbers', () => {
  it('have their interval beside them, and are a dash where there is none', () => {
    expect(withInterval({ mean: 0.7314, low: 0.7, high: 0.76 })).toBe('0.731 [0.700, 0.760]');
    expect([withInterval(undefined), fixed(Number.POSITIVE_INFINITY), fixed(null)]).toEqual(['–', '–', '–']);
    expect([fixed(-0.0001, 2), fixed(-0.1, 1)]).toEqual(['0.00', '-0.1']);
  });
});

describe('plots', () => {
  const point = (series: string, mean: number) => ({ series, mean, low: mean - 0.1, high: mean + 0.1 });
  const series = ['noise', 'encoder'];
  it('of lines have a mark a series, intervals, and a legend in words; points without a number are left out', async () => {
    const points = series.flatMap((name, i) => [2, 4, 8].map((x) => ({ ...point(name, 0.9 - 0.2 * i), x })));
    const nothing = { ...point('noise', Number.NaN), x: 16 };
    const { html: markup } = await linePlot({
      ...{ series, points: [...points, nothing], caption: HOSTILE, xLabel: 'eps', yLabel: 'SSIM' },
    });
    expect(markup).toContain('role="img" aria-label="&lt;img');
    expect(markup).not.toContain('NaN');
    expect(markup.match(/<line stroke="var\(--series-\d\)"/g)).toHaveLength(6);
    expect(markup).toMatch(/<\/svg>noise<\/li>.*<\/svg>encoder<\/li>/s);
  });
  it('of bars have a bar for every series of every group', async () => {
    const groups = ['none', 'jpeg:75 > resize:0.5'];
    const points = groups.flatMap((group) => series.map((name) => ({ ...point(name, 0.5), group })));
    const { html: markup } = await barPlot({ series, groups, points, caption: 'c', label: 'SSIM' });
    expect(markup.match(/<rect/g)).toHaveLength(4);
    expect(markup).toContain('jpeg:75 &gt; resize:0.5');
  });
});

describe('pictures', () => {
  const pixels = { width: 4, height: 2, channels: 3 as const, data: new Uint8Array(24).fill(90) };
  it('are held by the page, with words for those who do not see them', async () => {
    const picture = await inlinePicture(pixels, { alt: HOSTILE, width: 40, lossless: true });
    expect(picture.html).toMatch(
      /^<img src="data:image\/webp;base64,[\w+/=]+" width="40" height="20" alt="&lt;img[^<>]*">$/,
    );
    const sheet = pictureTable({ caption: 'c', columns: ['photo'], rows: [{ heading: 'a.jpg', pictures: [picture] }] });
    expect(sheet.html).toContain('<th scope="row">a.jpg</th><td><img');
  });
});

describe('how to repeat', () => {
  it('quotes what a shell would take apart', () => {
    expect(shellCommand(['photoguard', '--purify', "none; it's", 'a/b.png'])).toBe(
      `photoguard --purify 'none; it'\\''s' a/b.png`,
    );
  });
  it('says versions that are pinned, and leaves out empty lists', () => {
    const found = versions();
    expect(found['onnxruntime-common']).toMatch(/^\d+\.\d+\.\d+$/);
    const { html: markup } = repeatBlock({ command: ['x'], versions: found, settings: {}, hashes: { model: 'ab' } });
    expect(markup).toContain(`<dt>node</dt><dd>${process.versions.node}</dd>`);
    expect(markup).not.toContain('Settings');
  });
  it('hashes a folder by its files, wherever it is', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'photoguard-hash-'));
    try {
      writeFileSync(join(folder, 'b'), '2');
      writeFileSync(join(folder, 'a'), '1');
      expect(await sha256OfFolder(folder, (path) => path === 'a')).toBe(sha256(`${sha256('1')}  a\n`));
      expect(await sha256OfFolder(folder)).toBe(sha256(`${sha256('1')}  a\n${sha256('2')}  b\n`));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
