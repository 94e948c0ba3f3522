// --memory: what does not fit is refused before it is decoded, with the budget that would do; and that one does.
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { crc32, deflateSync } from 'node:zlib';
import type { AuditReport } from 'photoguard/audit';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MemoryWatch } from '../support/process-memory.ts';
import { tinyRepository, writeFiles } from '../support/tiny-model.ts';
import { photoguard } from './command.ts';

const LARGE = 1e9;
const PIPELINE = fileURLToPath(new URL('../fixtures/golden/checkpoints/tiny-sd-inpaint', import.meta.url));
let folder: string;
let model: string;
const path = (name: string): string => join(folder, name);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'photoguard-memory-'));
  model = path('model');
  writeFiles(model, tinyRepository());
  for (const [name, width, height] of [
    ['photo', 900, 600],
    ['tall', 600, 900],
    ['wide', 900, 480],
    ['again', 900, 600],
  ] as const)
    await sharp({ create: { width, height, channels: 3, background: '#654' } })
      .jpeg()
      .toFile(path(`${name}.jpg`));
  writeFileSync(path('bomb.png'), blackPng(16000));
  writeFileSync(path('large.png'), blackPng(11000));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

// A grey PNG of one colour, written without holding it.
function blackPng(side: number): Buffer {
  const chunk = (type: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    sum.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, sum]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header.set([1, 0, 0, 0, 0], 8); // one bit a pixel
  const rows = Buffer.alloc(side * (1 + Math.ceil(side / 8)));
  const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
  const parts = [chunk('IHDR', header), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))];
  return Buffer.concat([signature, ...parts]);
}

async function watched(...args: string[]) {
  let watch: MemoryWatch | undefined;
  const { status, stdout } = await photoguard([...args, '--json'], ({ pid }) => {
    watch = new MemoryWatch(pid!, 20);
  });
  const peak = watch?.peak() ?? 0;
  watch?.stop();
  const { results = [], errors = [] } = JSON.parse(stdout) as {
    results?: unknown[];
    errors?: { code: string; message: string }[];
  };
  return { status, peak, results, error: errors[0] };
}
const immunize = (name: string, ...args: string[]) =>
  watched('immunize', path(name), '-m', model, '--steps', '2', '-o', path('out.png'), ...args);
const edit = (name: string, ...args: string[]) =>
  watched('edit', path(name), '-m', PIPELINE, '--prompt', 'x', '--steps', '3', '-o', path('edit.png'), ...args);
const audit = (name: string, ...args: string[]) =>
  watched('audit', path(name), '-m', model, '--purify', 'jpeg:75', '--draws', '2', ...args);

/** The budget that a refusal names: as an option, and in bytes. */
function namedIn({ error }: { error: { message: string } | undefined }) {
  const [, text, unit] = /give --memory ([\d.]+)(MB|GB)/.exec(error!.message)!;
  return { option: `${text}${unit}`, bytes: Number(text) * (unit === 'MB' ? 2 ** 20 : 2 ** 30) };
}

describe.runIf(process.platform === 'linux')('memory', { timeout: 300_000 }, () => {
  it('a picture that only a few bytes claim is refused by its header', async () => {
    const { status, peak, error } = await immunize('bomb.png');
    expect([status, error?.code]).toEqual([1, 'image']);
    expect(error!.message).toMatch(/bytes for 16000x16000 pixels/);
    expect(peak).toBeLessThan(LARGE);
  });

  it('a large photo is refused before it is decoded, with the budget that would do', async () => {
    const { status, peak, error } = await immunize('large.png', '--memory', '1GB');
    expect([status, error?.code]).toEqual([1, 'memory']);
    expect(error!.message).toMatch(
      /^a photo of 11000x11000 against .* needs at least [\d.]+GB of memory \(got --memory 1GB\)/,
    );
    expect(peak).toBeLessThan(0.6 * LARGE);
  });

  it('a size that no memory holds is refused before anything is loaded', async () => {
    const { peak, error } = await immunize('photo.jpg', '--size', '16384x16384', '--memory', '1GB');
    expect(error!.message).toMatch(/at 16384x16384 needs at least \d+(\.\d+)?GB of memory/);
    expect(peak).toBeLessThan(0.6 * LARGE);
  });

  let least: ReturnType<typeof namedIn>;
  beforeAll(async () => {
    least = namedIn(await immunize('photo.jpg', '--memory', '100MB'));
  });

  it('the budget that is named as the smallest does, and is not left by a tenth', async () => {
    const { status, peak, results, error } = await immunize('photo.jpg', '--memory', least.option);
    expect([status, results.length, error]).toEqual([0, 1, undefined]);
    expect(peak).toBeLessThan(1.1 * least.bytes);
  });

  it('holds for photos of several sizes, whose programs may stay loaded, as for each of them', async () => {
    const budget = `${Math.ceil((1.3 * least.bytes) / 2 ** 20)}MB`; // room for a second program, not for those of every size
    const others = ['tall.jpg', 'wide.jpg', 'again.jpg'].map(path);
    const { status, peak, results, error } = await immunize(
      'photo.jpg',
      ...others,
      '-o',
      path('out'),
      '--memory',
      budget,
    );
    expect([status, results.length, error]).toEqual([0, 4, undefined]);
    expect(peak).toBeLessThan(1.1 * Number.parseInt(budget, 10) * 2 ** 20);
  });

  it('counts what uploads, the clean photo and the judge take, and holds for the recipe of the default', async () => {
    const args = [
      '--recipe',
      'protect',
      '--judge',
      'surrogates/pooled',
      '--size',
      'fit:512',
      '-m',
      'surrogates/strided',
    ];
    const refused = await immunize('photo.jpg', ...args, '--memory', '100MB');
    const named = namedIn(refused);
    const { status, peak, results, error } = await immunize('photo.jpg', ...args, '--memory', named.option);
    expect([status, results.length, error]).toEqual([0, 1, undefined]);
    expect(peak).toBeLessThan(1.1 * named.bytes);
  });

  it.each<[string, (name: string, ...args: string[]) => ReturnType<typeof watched>, RegExp]>([
    ['edit', edit, /large\.png: a picture of 11000x11000 needs at least/],
    ['audit', audit, /large\.png: a picture of 11000x11000 needs at least/],
  ])('%s refuses by the header too, and what is named as the smallest does', async (_, run, message) => {
    const large = await run('large.png', '--memory', '500MB');
    expect([large.status, large.error?.code]).toEqual([1, 'memory']);
    expect(large.error!.message).toMatch(message);
    expect(large.error!.message).toMatch(/\(got --memory 500MB\); give --memory/);
    expect(large.peak).toBeLessThan(0.6 * LARGE);
    const refused = await run('photo.jpg', '--memory', '385MB');
    expect(refused.error!.message).toMatch(/photo of 900x600 .*needs at least/);
    const named = namedIn(refused);
    const held = await run('photo.jpg', '--memory', named.option);
    expect([held.status, held.error]).toEqual([0, undefined]);
    expect(held.peak).toBeLessThan(1.1 * named.bytes);
  });

  it('a mask is decoded within the budget, and so is a target', async () => {
    for (const run of [
      immunize('photo.jpg', '--mask', path('large.png'), '--memory', '500MB'),
      immunize('photo.jpg', '--target', path('large.png'), '--memory', '500MB'),
      edit('photo.jpg', '--mask', path('large.png'), '--memory', '500MB'),
      audit('photo.jpg', '--mask', path('large.png'), '--memory', '500MB'),
      audit('photo.jpg', '--original', path('large.png'), '--memory', '500MB'),
    ]) {
      const { status, peak, error } = await run;
      expect([status, error?.code]).toEqual([1, 'memory']);
      expect(error!.message).toMatch(/^--(mask|target|original) .*large\.png: a picture of 11000x11000 needs at least/);
      expect(peak).toBeLessThan(0.6 * LARGE);
    }
  });

  it('a purifier whose model does not fit is not tested, and the audit goes on without it', async () => {
    const args = ['audit', path('photo.jpg'), '-m', model, '--purify', 'vae; vae:1:64', '--draws', '2'];
    const { option } = namedIn(await watched(...args, '--memory', '385MB'));
    const { status, stdout } = await photoguard([...args, '--memory', option, '--json']);
    const { models, notTested } = JSON.parse(stdout) as AuditReport;
    expect([status, models[0]!.purifiers.map(({ purifier }) => purifier)]).toEqual([0, ['none', 'vae:1:side=64']]);
    expect(notTested).toContainEqual({
      what: expect.stringMatching(/^vae:1 in /),
      why: expect.stringMatching(/^vae at 900x600 needs \d+ MB of memory for its model \(got \d+ MB\)/),
    });
  });

  it('evaluate leaves out what takes more to decode', async () => {
    const photos = path('photos');
    mkdirSync(photos);
    copyFileSync(path('large.png'), join(photos, 'large.png'));
    const { status, error } = await watched(
      ...['evaluate', '--photos', photos, '-m', PIPELINE, '--prompt', 'x', '-o', path('report'), '--memory', '300MB'],
    );
    expect([status, error?.code]).toEqual([2, 'input']);
    expect(error!.message).toMatch(/no photo can be read .*large\.png: decoding 11000x11000 pixels takes/);
  });
});
