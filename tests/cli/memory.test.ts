// --memory: what does not fit is refused before it is decoded, with the budget that would do; and that one does.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MemoryWatch } from '../support/process-memory.ts';
import { tinyRepository, writeFiles } from '../support/tiny-model.ts';
import { photoguard } from './command.ts';

const LARGE = 1e9;
let folder: string;
let model: string;
const path = (name: string): string => join(folder, name);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'photoguard-memory-'));
  model = path('model');
  writeFiles(model, tinyRepository());
  for (const [name, width, height] of [
    ['photo', 1500, 1000],
    ['tall', 1000, 1500],
    ['wide', 1500, 800],
    ['again', 1500, 1000],
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

async function immunize(name: string, ...args: string[]) {
  let watch: MemoryWatch | undefined;
  const given = ['immunize', path(name), '-m', model, '--steps', '2', '--json', '-o', path('out.png'), ...args];
  const { status, stdout } = await photoguard(given, ({ pid }) => {
    watch = new MemoryWatch(pid!, 20);
  });
  const peak = watch?.peak() ?? 0;
  watch?.stop();
  const { results, errors } = JSON.parse(stdout) as { results: unknown[]; errors: { code: string; message: string }[] };
  return { status, peak, results, error: errors[0] };
}

describe.runIf(process.platform === 'linux')('memory', () => {
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

  it('the budget that is named as the smallest does, and is not left by a tenth', async () => {
    const refused = await immunize('photo.jpg', '--memory', '100MB');
    const named = /give --memory ([\d.]+)(MB|GB)/.exec(refused.error!.message)!;
    const budget = Number(named[1]) * (named[2] === 'MB' ? 2 ** 20 : 2 ** 30);
    const { status, peak, results, error } = await immunize('photo.jpg', '--memory', `${named[1]}${named[2]}`);
    expect([status, results.length, error]).toEqual([0, 1, undefined]);
    expect(peak).toBeLessThan(1.1 * budget);
  });

  it('holds for photos of several sizes, whose programs may stay loaded, as for each of them', async () => {
    const refused = await immunize('photo.jpg', '--memory', '100MB');
    const named = Number(/give --memory ([\d.]+)MB/.exec(refused.error!.message)![1]);
    const budget = `${Math.ceil(1.3 * named)}MB`; // room for a second program, not for those of every size
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
});
