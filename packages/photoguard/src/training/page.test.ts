import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { html } from '../report/index.ts';
import { groupCurves, trainingPage, writeTrainingPage } from './page.ts';
import { type LogLine, openLog, readLog } from './run-log.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'photoguard-log-'));
});
afterAll(() => rm(folder, { recursive: true }));

const lines: LogLine[] = Array.from({ length: 900 }, (_, i) => ({
  ...{ step: i + 1, samples: 32 * (i + 1), loss: 1 / (i + 1), samplesPerSecond: 40 },
  ...(i % 100 === 99 && { validation_hole: 0.9 - i / 2000, validation_known: 0.2 }),
}));

describe('the page of a training', () => {
  it('has a plot for losses, one for those of validation, and one for each other figure', () => {
    expect(groupCurves(lines).map(({ figures }) => Object.values(figures))).toEqual([
      ['loss'],
      ['validation hole', 'validation known'],
      ['samples per second'],
    ]);
  });

  it('says how far it is, with curves, samples and the last figures; nothing is fetched, nothing runs', async () => {
    const curves = [{ caption: 'Loss', yLabel: 'loss', figures: { loss: 'ours' }, levels: { 'predicting zero': 0.8 } }];
    const text = await trainingPage({
      ...{ title: 'Mini & more', about: 'An editor.', lines, curves, left: { steps: 100, seconds: 7200 } },
      samples: [html`<p>a sheet</p>`],
    });
    expect(text).toContain('<h1>Mini &amp; more</h1>');
    expect(text).toContain('Step 900, 28800 samples seen. 100 steps are left, about 2.0 hours.');
    expect(text.match(/<figure>/g)).toHaveLength(1);
    expect(text).toContain('predicting zero');
    expect(text).toContain('<p>a sheet</p>');
    expect(text).toMatch(
      /validation hole<\/th><td class="number">0\.451<\/td><td class="number">0\.451<\/td><td class="number">0\.851<\/td>/,
    );
    expect(text).not.toMatch(/<script|src="http|NaN/);
  });

  it('thins a long curve', async () => {
    const path = /aria-label="Loss of training".*?stroke-width="1.8".*?<path d="([^"]+)"/s.exec(
      await trainingPage({ title: '', about: '', lines }),
    )?.[1];
    expect(path?.split('L')).toHaveLength(300);
  });

  it('can be made before anything is logged, and is replaced whole', async () => {
    const path = join(folder, 'page.html');
    await writeTrainingPage(path, { title: 'x', about: 'y', lines: [] });
    expect(await readFile(path, 'utf8')).toContain('Nothing is logged yet.');
    await writeTrainingPage(path, { title: 'x', about: 'y', lines: lines.slice(0, 1) });
    expect(await readFile(path, 'utf8')).toContain('Step 1, 32 samples seen.');
  });
});

describe('the log of a training', () => {
  it('drops lines after the step that it goes on from, and one that was cut short', async () => {
    const path = join(folder, 'log.jsonl');
    const first = await openLog(path, 0);
    for (const step of [1, 2, 3]) await first({ step, loss: step });
    await writeFile(path, '{"step":4,"lo', { flag: 'a' });
    const again = await openLog(path, 2);
    await again({ step: 3, loss: 30 });
    expect(await readLog(path)).toEqual([1, 2, 30].map((loss, i) => ({ step: i + 1, loss })));
    expect(await readFile(path, 'utf8')).toBe('{"step":1,"loss":1}\n{"step":2,"loss":2}\n{"step":3,"loss":30}\n');
  });

  it.each([
    ['{"step":1,"loss":2}\n[3]\n', 'line 2: it must be a JSON object (got [3])'],
    ['{"loss":2}\n', 'line 1: step must be a whole number from 0 to 9007199254740991 (got none)'],
    ['{"step":1,"loss":null}\n', 'line 1: loss must be a number or a text (got null)'],
    ['step 1, loss 2\n', 'line 1: not valid JSON (got "step 1, loss 2")'],
  ])('refuses %j by its line', async (text, message) => {
    const path = join(folder, 'other.jsonl');
    await writeFile(path, text);
    await expect(readLog(path)).rejects.toMatchObject({ code: 'input', message: `${path}: ${message}` });
  });
});
