import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ResultLine, Summary } from 'photoguard/evaluate';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { browserNote, chromiumPath, launch } from '../browser/chromium.ts';
import { openReport } from '../browser/self-contained.ts';
import { testImage } from '../support/photos.ts';
import { photoguard } from './command.ts';
import { photoguardHere } from './here.ts';

const PIPELINE = fileURLToPath(new URL('../fixtures/golden/checkpoints/tiny-sd-inpaint', import.meta.url));
const PATIENCE = 600_000;
/** PSNR of edits, dB, by arm, without a purifier; to half a dB. */
const PINNED = { noise: 41.7, 'encoder:steps=4': 32.8, 'diffusion:steps=3:edit-steps=2': 30.4 };
const FILES = ['a.png', 'b/b.jpg'];

let folder: string;
let photos: string;
let whole: string;
let count = 0;

const fresh = (name: string): string => join(folder, `${++count}-${name}`);
/** A small evaluation: two photos, four arms, two purifiers, two seeds. */
const SMALL = [
  ...['--arms', 'clean,encoder:steps=4,diffusion:steps=3:edit-steps=2', '--eps', '8/255'],
  ...['--purify', 'none; jpeg:50', '--seeds', '2', '--edit-steps', '4', '--guidance', '3', '--shown', '2'],
];
const evaluate = (output: string, ...args: string[]) =>
  photoguardHere(['evaluate', '--photos', photos, '-m', PIPELINE, '-o', output, ...args]);
const read = (output: string, name: string): string => readFileSync(join(output, name), 'utf8');
const readLines = (output: string): ResultLine[] =>
  read(output, 'results.jsonl')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as ResultLine);
const readSummary = (output: string): Summary => JSON.parse(read(output, 'summary.json')) as Summary;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'photoguard-evaluate-'));
  photos = join(folder, 'photos');
  mkdirSync(join(photos, 'b'), { recursive: true });
  const captions = FILES.map((file, i) => JSON.stringify({ file, caption: `a photo of thing ${i}` }));
  for (const [i, file] of FILES.entries()) await testImage(48 + 8 * i, 40, 3, i + 1).toFile(join(photos, file));
  writeFileSync(join(photos, 'captions.jsonl'), captions.join('\n'));
  whole = fresh('whole');
  const { status, stdout, stderr } = await evaluate(whole, ...SMALL, '--workers', '1');
  expect([status, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(/arm +eps +FD.*\nnoise +8\/255/);
}, PATIENCE);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('photoguard evaluate', () => {
  it('writes a line for every photo, arm, eps, purifier and seed, with the noise arm that nobody asked for', () => {
    const lines = readLines(whole);
    expect(lines).toHaveLength(2 * 4 * 2 * 2);
    expect(lines[0]).toMatchObject({ arm: 'clean', purifier: 'none', distance: { ssim: 1, psnr: null } });
    for (const { arm, eps255, change, distance } of lines.filter((line) => line.arm !== 'clean')) {
      expect([arm, change.linf255! > 0, change.linf255! <= eps255]).toEqual([arm, true, true]);
      expect(distance.ssim).toBeLessThan(1);
    }
  });

  it('sums up: means over photos with intervals, differences to noise, worst case over purifiers', () => {
    const { photos: n, rows, worst, features } = readSummary(whole);
    expect([n, rows.length, worst.length]).toEqual([2, 8, 4]);
    expect(features).toContain('encoder of');
    for (const { arm, distance, distanceMinusNoise, quality, sets } of rows) {
      const { mean, low, high } = distance.ssim!;
      expect(low <= mean && mean <= high).toBe(true);
      expect([arm, distanceMinusNoise === undefined]).toEqual([arm, arm === 'noise' || arm === 'clean']);
      expect(quality.promptGain).not.toBeNull();
      expect(sets.frechet).toBeGreaterThanOrEqual(0);
    }
    const lines = readLines(whole);
    for (const { arm, distance } of worst) {
      const ofPhoto = (photo: string, purifier: string): number => {
        const found = lines.filter((line) => line.photo === photo && line.arm === arm && line.purifier === purifier);
        return found.reduce((sum, line) => sum + line.distance.ssim! / found.length, 0);
      };
      const each = FILES.map((photo) => Math.max(ofPhoto(photo, 'none'), ofPhoto(photo, 'jpeg:50')));
      expect(distance.ssim!.eachPhoto!.mean).toBeCloseTo((each[0]! + each[1]!) / 2, 5);
    }
  });

  it('finds numbers in a band, and the arms in their order: whoever moves them says why', () => {
    const findPsnr = (arm: string): number =>
      readSummary(whole).rows.find((row) => row.arm === arm && row.purifier === 'none')!.distance.psnr!.mean;
    const found = Object.fromEntries(Object.keys(PINNED).map((arm) => [arm, findPsnr(arm)]));
    const near = Object.entries(PINNED).map(([arm, pinned]) => [arm, expect.closeTo(pinned, 0)]);
    expect(found).toEqual(Object.fromEntries(near));
  });

  it(
    'killed goes on from there, also with other workers, to the same bytes of summary.json',
    async () => {
      const output = fresh('killed');
      const log = join(output, 'results.jsonl');
      const { status } = await evaluateUntil(
        output,
        () => existsSync(log) && read(output, 'results.jsonl').length > 1000,
      );
      expect(status).toBeNull();
      expect(existsSync(join(output, 'summary.json'))).toBe(false);
      const kept = readLines(output);
      appendFileSync(log, JSON.stringify(kept[0]).slice(0, 99));
      const again = await evaluate(output, ...SMALL, '--workers', '2');
      expect([again.status, again.stderr]).toEqual([0, '']);
      expect(read(output, 'summary.json')).toBe(read(whole, 'summary.json'));
      // What was there was not made again: it has its old times.
      const lines = readLines(output).map((line) => JSON.stringify(line));
      expect(kept.every((line) => lines.includes(JSON.stringify(line)))).toBe(true);
    },
    PATIENCE,
  );

  it(
    'refuses a folder of another evaluation, or of something else, and says what differs',
    async () => {
      const other = await evaluate(whole, ...SMALL, '--seeds', '3');
      expect(other.status).toBe(2);
      expect(other.stderr).toMatch(/contains another evaluation \(got differs in seeds \(there: \[0,1\]\)\)/);
      const { status, stderr } = await evaluate(photos, ...SMALL);
      expect([status, stderr.trim().split('\n').length]).toEqual([1, 1]);
      expect(stderr).toMatch(/has other contents/);
    },
    PATIENCE,
  );

  it(
    'goes on in a folder of photos that holds its own report',
    async () => {
      const own = fresh('own');
      mkdirSync(own);
      await testImage(48, 48).toFile(join(own, 'a.png'));
      const again = () =>
        photoguardHere([
          ...['evaluate', '--photos', own, '--prompt', 'a thing', '-m', PIPELINE, '-o', join(own, 'report')],
          ...['--arms', 'noise', '--seeds', '1', '--edit-steps', '2', '--guidance', '1'],
        ]);
      expect(await again()).toMatchObject({ status: 0, stderr: '' });
      expect(await again()).toMatchObject({ status: 0, stderr: '' });
      expect(readSummary(join(own, 'report')).photos).toBe(1);
    },
    PATIENCE,
  );

  it(
    'names photos, captions and masks that cannot be used, and goes on with the others',
    async () => {
      const mixed = fresh('mixed');
      const masks = fresh('masks');
      for (const path of [mixed, masks]) mkdirSync(path);
      for (const name of ['good.png', 'more.png', 'unlisted.png', 'unmasked.png'])
        await testImage(48, 48).toFile(join(mixed, name));
      writeFileSync(join(mixed, 'broken.png'), 'no picture');
      const captions = ['good.png', 'more.png', 'good.png', 'broken.png', 'gone.png', 'unmasked.png'].map((file) =>
        JSON.stringify({ file, caption: 'a thing' }),
      );
      writeFileSync(join(mixed, 'captions.jsonl'), [...captions, '{"file": 3}', 'not JSON'].join('\n'));
      const half = Uint8Array.from({ length: 48 * 48 }, (_, i) => (i % 48 < 24 ? 255 : 0));
      for (const name of ['good.png', 'more.png', 'broken.png'])
        await sharp(half, { raw: { width: 48, height: 48, channels: 1 } }).toFile(join(masks, name));
      const output = fresh('named');
      const { status, stderr } = await photoguardHere([
        ...['evaluate', '--photos', mixed, '--masks', masks, '-m', PIPELINE, '-o', output],
        ...['--arms', 'noise', '--seeds', '1', '--edit-steps', '2', '--guidance', '1'],
      ]);
      expect(status).toBe(1);
      const reasons = [
        /good\.png: left out: .*twice/,
        /gone\.png: left out: .*not in the folder/,
        /unlisted\.png: left out: .*not in the captions/,
        /broken\.png: left out: .*not a photo/,
        /unmasked\.png: left out: it has no mask/,
        /captions\.jsonl:7: left out: not a JSON object/,
        /captions\.jsonl:8: left out: not a JSON object/,
      ];
      for (const reason of reasons) expect(stderr).toMatch(reason);
      expect(stderr.trim().split('\n')).toHaveLength(reasons.length);
      expect(readSummary(output)).toMatchObject({ photos: 2 });
      expect(readSummary(output).leftOut).toHaveLength(reasons.length);
    },
    PATIENCE,
  );

  it.each([
    [['--photos', '/nowhere'], 2, /folder of photos cannot be read.*ENOENT/],
    [['--arms', 'glaze'], 2, /no such arm \(got glaze\)/],
    [['--purify', 'jpg:75'], 2, /purifier is expected/],
    [['--masks', 'nowhere'], 2, /auto, none or a folder/],
    [['--clip', 'nowhere'], 2, /--clip must be the folder of a CLIP model \(got nowhere\)/],
    [['--clip', 'tests'], 1, /^photoguard: tests.config\.json: .*\n$/],
  ])('refuses %j in one line', async (args, expected, message) => {
    const output = fresh('no');
    const { status, stderr } = await evaluate(output, ...args);
    expect([status, stderr]).toEqual([expected, expect.stringMatching(message)]);
    expect(existsSync(output)).toBe(false);
  });

  it(
    'stopped with Ctrl-C ends with 130 and leaves no torn line',
    async () => {
      const output = fresh('stopped');
      const log = join(output, 'results.jsonl');
      const isBegun = () => existsSync(log) && read(output, 'results.jsonl') !== '';
      expect((await evaluateUntil(output, isBegun, 'SIGINT')).status).toBe(130);
      expect(readLines(output).length).toBeGreaterThan(0);
    },
    PATIENCE,
  );
});

describe.skipIf(!chromiumPath)(`the report of an evaluation in Chromium${browserNote}`, () => {
  it('fetches nothing, has no error, and shows all its pictures', async () => {
    const browser = await launch();
    try {
      for (const colorScheme of ['light', 'dark'] as const) {
        const opened = await openReport(browser, join(whole, 'index.html'), { colorScheme, name: 'evaluation' });
        expect(opened).toMatchObject({ requests: [], errors: [], brokenPictures: 0, overflow: 0 });
      }
    } finally {
      await browser.close();
    }
    // Two photos: original, its edit, and of three arms the photo and its edit.
    expect(read(whole, 'index.html').match(/<img /g)).toHaveLength(2 * (2 + 3 * 2));
  });
});

/** Runs the small evaluation until something is so, and ends it with a signal. */
function evaluateUntil(output: string, isSo: () => boolean, signal: NodeJS.Signals = 'SIGKILL') {
  return photoguard(
    ['evaluate', '--photos', photos, '-m', PIPELINE, '-o', output, ...SMALL, '--workers', '1'],
    (child) => {
      const timer = setInterval(() => isSo() && child.kill(signal) && clearInterval(timer), 20);
      child.once('exit', () => clearInterval(timer));
    },
  );
}
