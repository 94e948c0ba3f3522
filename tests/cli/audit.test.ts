import { chmodSync, copyFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AuditReport } from 'photoguard/audit';
import { decodePhoto } from 'photoguard/image/node';
import { readRecord, withRecord } from 'photoguard/record';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { browserNote, chromiumPath, launch } from '../browser/chromium.ts';
import { openReport } from '../browser/self-contained.ts';
import { testImage } from '../support/photos.ts';
import { photoguardHere } from './here.ts';

const PIPELINE = fileURLToPath(new URL('../fixtures/golden/checkpoints/tiny-sd-inpaint', import.meta.url));
// A model in a file, which the command reads for the purifier.
const UPSCALE = `upscale:${fileURLToPath(
  new URL('../../packages/onnx-grad/fixtures/superresolution-torchscript17.onnx', import.meta.url),
)}`;
const PATIENCE = 300_000;

let folder: string;
let original: string;
let immunized: string;
const audit = (...args: string[]) => photoguardHere(['audit', ...args]);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'photoguard-audit-'));
  original = join(folder, 'photo.png');
  immunized = join(folder, 'photo.immunized.png');
  await testImage(48, 40, 3, 1).toFile(original);
  const { status } = await photoguardHere([
    ...['immunize', original, '-m', PIPELINE, '--steps', '12', '--size', 'native', '-o', immunized],
  ]);
  expect(status).toBe(0);
}, PATIENCE);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The value that a JSON pointer names. */
const pointed = (report: unknown, pointer: string): unknown =>
  pointer
    .split('/')
    .slice(1)
    .reduce((at: unknown, key) => (at as Record<string, unknown>)[key], report);

describe('photoguard audit', () => {
  it('measures against the original, with the noise control, and every sentence names figures that are there', {
    timeout: PATIENCE,
  }, async () => {
    const purify = ['--purify', `jpeg:75; blur:2 > jpeg:50; ${UPSCALE}`];
    const { status, stdout } = await audit(immunized, '--original', original, '-m', PIPELINE, ...purify, '--json');
    expect(status).toBe(0);
    const report = JSON.parse(stdout) as AuditReport;
    const [model] = report.models;
    expect(model!.purifiers.map(({ purifier }) => purifier)).toEqual([
      ...['none', 'jpeg:75', 'blur:2 > jpeg:50', UPSCALE],
    ]);
    expect(model!.recorded).toBe(true);
    expect(model!.purifiers[0]).toMatchObject({ outcome: 'protected' });
    expect(model!.purifiers[0]!.immunized.effect).toBeGreaterThan(model!.purifiers[0]!.noiseMean + 0.05);
    expect(report.clean).toMatchObject({ kind: 'original', matchesRecord: true });
    expect(report.change!.linf255).toBeLessThanOrEqual(16);
    expect(report.verdict.map(({ rule }) => rule)).toEqual(
      expect.arrayContaining(['protected', 'record', 'original-matches', 'within-bound', 'not-tested']),
    );
    for (const { from } of report.verdict)
      for (const pointer of from) expect([pointer, pointed(report, pointer)]).not.toContain(undefined);
  });

  it('finds no protection where there is none, and estimates the original where it is not given', {
    timeout: PATIENCE,
  }, async () => {
    const { status, stdout } = await audit(original, '-m', PIPELINE, '--purify', 'none', '--json');
    expect(status).toBe(0);
    const { clean, verdict, record } = JSON.parse(stdout) as AuditReport;
    expect([record, clean.kind]).toEqual([null, 'estimate']);
    expect(verdict.map(({ rule }) => rule)).toEqual(expect.arrayContaining(['no-record', 'estimate']));
  });

  it('shows edits side by side on a page that asks for nothing', { timeout: PATIENCE }, async (context) => {
    const page = join(folder, 'audit.html');
    const edits = ['--editor', PIPELINE, '--edit-steps', '3', '--edits', '2'];
    const given = ['--original', original, '-m', PIPELINE, '--purify', 'jpeg:50', ...edits];
    const { status, stdout } = await audit(immunized, ...given, '-o', page);
    expect([status, stdout]).toEqual([0, expect.stringContaining('Edits by')]);
    expect(readFileSync(page, 'utf8')).toContain('<img');
    if (chromiumPath === undefined) return context.skip(browserNote);
    const browser = await launch();
    try {
      const { requests, errors, brokenPictures, overflow } = await openReport(browser, page);
      expect({ requests, errors, brokenPictures, overflow }).toEqual({
        ...{ requests: [], errors: [], brokenPictures: 0, overflow: 0 },
      });
    } finally {
      await browser.close();
    }
  });

  it.skipIf(process.platform === 'win32')(
    'writes a page that nobody can read who cannot read the photo',
    {
      timeout: PATIENCE,
    },
    async () => {
      const [secret, page] = [join(folder, 'secret.png'), join(folder, 'secret.html')];
      copyFileSync(immunized, secret);
      chmodSync(secret, 0o600);
      expect((await audit(secret, '-m', PIPELINE, '--purify', 'none', '--draws', '2', '-o', page)).status).toBe(0);
      expect(statSync(page).mode & 0o777).toBe(0o600);
    },
  );

  it('refuses what cannot be audited, with what to do', { timeout: PATIENCE }, async () => {
    const other = join(folder, 'other.png');
    await testImage(40, 40, 3, 2).toFile(other);
    const size = await audit(immunized, '--original', other, '-m', PIPELINE);
    expect([size.status, size.stderr]).toEqual([2, expect.stringMatching(/48x40.*40x40|40x40.*48x40/s)]);
    const another = join(folder, 'another.png');
    await testImage(48, 40, 3, 9).negate().toFile(another);
    const photo = await audit(immunized, '--original', another, '-m', PIPELINE);
    expect([photo.status, photo.stderr]).toEqual([
      2,
      expect.stringMatching(/another\.png: the original is another photo/),
    ]);
  });

  it('says first that the original is not the very one', { timeout: PATIENCE }, async () => {
    const again = join(folder, 'again.jpg');
    await sharp(original).jpeg().toFile(again);
    const args = ['--original', again, '-m', PIPELINE, '--purify', 'none'];
    const { status, stdout } = await audit(immunized, ...args, '--json');
    expect([status, (JSON.parse(stdout) as AuditReport).verdict[0]!.rule]).toEqual([0, 'original-differs']);
  });

  it('names the photo in what is said against it', { timeout: PATIENCE }, async () => {
    const broken = join(folder, 'broken.png');
    writeFileSync(broken, 'no picture');
    const { stderr } = await audit(broken, '-m', PIPELINE);
    expect(stderr).toMatch(/^photoguard: \S+broken\.png: .*not a photo.*\n$/);
    const size = await audit(original, '-m', PIPELINE, '--size', '47x40');
    expect(size.stderr).toContain(`photoguard: ${original}: `);
    const edit = await photoguardHere(['edit', broken, '-m', PIPELINE, '--prompt', 'a thing']);
    expect(edit.stderr).toMatch(/^photoguard: \S+broken\.png: .*not a photo.*\n$/);
  });

  it('measures a photo without a record by the embedded network that the default does not attack', async () => {
    const { status, stdout } = await audit(original, '--purify', 'none', '--json');
    const { models } = JSON.parse(stdout) as AuditReport;
    expect([status, models.map(({ ref, recorded }) => [ref, recorded])]).toEqual([0, [['surrogates/pooled', false]]]);
  });

  it('advises nobody to fetch what a stranger wrote into a record', { timeout: PATIENCE }, async () => {
    const hostile = join(folder, 'hostile.png');
    const { record } = readRecord((await decodePhoto(immunized)).metadata.xmp);
    const models = [
      { ref: 'evil/repo', revision: 'a'.repeat(40) },
      { ref: 'madebyollin/taesd', revision: 'refs/pr/7' }, // a proposal is anybody's
    ];
    const xmp = Buffer.from(withRecord(undefined, { ...record!, models })).toString('utf8');
    await sharp(original).withXmp(xmp).png().toFile(hostile);
    const { status, stderr } = await audit(hostile);
    expect([status, stderr]).toEqual([
      2,
      expect.stringMatching(/evil\/repo: it is not on this machine.*madebyollin\/taesd: it is not/),
    ]);
    expect(stderr).not.toMatch(/models pull|HF_HUB_OFFLINE/);
  });

  it('purifies with the editor where there is one', { timeout: PATIENCE }, async () => {
    const editor = [
      '--editor',
      PIPELINE,
      '--edit-steps',
      '2',
      '--edits',
      '1',
      '--draws',
      '2',
      '--purify',
      'diffpure:0.3:steps=4',
    ];
    const { status, stdout } = await audit(immunized, '-m', PIPELINE, ...editor, '--json');
    expect(status).toBe(0);
    const { models, edits, notTested } = JSON.parse(stdout) as AuditReport;
    const purifiers = ['none', 'diffpure:0.3:steps=4'];
    expect(models[0]!.purifiers.map(({ purifier }) => purifier)).toEqual(purifiers);
    expect(edits[0]!.purifiers.map(({ purifier }) => purifier)).toEqual(purifiers);
    expect(notTested).toEqual([]);
  });

  it('goes on with a record that is damaged, and says so', { timeout: PATIENCE }, async () => {
    const damaged = join(folder, 'damaged.png');
    const xmp = String((await sharp(immunized).metadata()).xmp).replace(/eps255/, 'eps2x5');
    await sharp(immunized).withXmp(xmp).png().toFile(damaged);
    const { status, stdout } = await audit(damaged, '-m', PIPELINE, '--purify', 'none', '--json');
    expect(status).toBe(0);
    expect((JSON.parse(stdout) as AuditReport).verdict.map(({ rule }) => rule)).toContain('record-damaged');
  });
});
