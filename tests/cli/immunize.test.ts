import type { ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { decodePhoto, encodePhoto } from 'photoguard/image/node';
import { readRecord, sha256OfPixels } from 'photoguard/record';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { testImage } from '../support/photos.ts';
import { photoguard, whenWorking } from './command.ts';
import { photoguardHere } from './here.ts';
import { testPlace } from './place.ts';

const place = testPlace();
// At a small size: the default would enlarge these photos to 512 pixels, which most of the time would go into.
const SMALL = ['--size', '64x64'];
const immunizeArgs = (...args: string[]) => ['immunize', '-m', place.model, '--steps', '3', ...SMALL, ...args];
const immunize = (...args: string[]) => photoguardHere(immunizeArgs(...args));
const sha256OfFile = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex');
const rgb = async (file: string): Promise<Buffer> => sharp(file).removeAlpha().raw().toBuffer();

const RESULT_KEYS = [
  ...['input', 'output', 'width', 'height', 'modelSize', 'attack', 'recipe', 'norm', 'eps255', 'linf255', 'l2', 'psnr'],
  ...['ssim', 'flip', 'seed', 'gradients', 'seconds', 'peakRssMB', 'metadataKept', 'record', 'notes', 'models'],
];

describe('photoguard immunize', () => {
  it('reports as JSON what the written file holds, and nothing else', async () => {
    const output = place.fresh('out.png');
    const original = readFileSync(place.photo);
    const { status, stdout, stderr } = await photoguard(immunizeArgs(place.photo, '-o', output, '--json'));
    expect([status, stderr]).toEqual([0, '']);
    const { results, errors } = JSON.parse(stdout) as { results: Record<string, unknown>[]; errors: unknown[] };
    expect(errors).toEqual([]);
    expect(Object.keys(results[0]!).sort()).toEqual([...RESULT_KEYS].sort());
    const [before, after] = [await rgb(place.photo), await rgb(output)];
    const most = Math.max(...before.map((v, i) => Math.abs(v - after[i]!)));
    expect(results[0]!.linf255).toBe(most);
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThanOrEqual(16);
    expect(results[0]!.metadataKept).toEqual(expect.arrayContaining(['EXIF', 'ICC']));
    const [models] = results[0]!.models as Record<string, number | string>[];
    expect(Object.keys(models!)).toEqual(['ref', 'lossOriginal', 'lossImmunized', 'lossNoise']);
    expect(models!.lossImmunized).toBeLessThan(models!.lossOriginal as number);
    expect(readFileSync(place.photo)).toEqual(original);
  });

  it('gives the same bytes for the same seed', async () => {
    const outputs = [place.fresh('a.png'), place.fresh('b.png'), place.fresh('c.png')];
    for (const [i, seed] of ['5', '5', '6'].entries())
      expect((await immunize(place.photo, '--recipe', 'paper', '--seed', seed, '-o', outputs[i]!)).status).toBe(0);
    const [a, b, c] = outputs.map((file) => readFileSync(file));
    expect(a!.equals(b!)).toBe(true);
    expect(a!.equals(c!)).toBe(false);
  });

  it('writes a record of what was done into the photo, and nothing of the person; or leaves it out', async () => {
    const original = await decodePhoto(place.photo);
    const [output, bare] = [place.fresh('out.jpg'), place.fresh('bare.png')];
    const { results } = JSON.parse((await immunize(place.photo, '--seed', '3', '-o', output, '--json')).stdout);
    const xmp = (await decodePhoto(output)).metadata.xmp!;
    expect(results[0].record).toBe(true);
    expect(readRecord(xmp).record).toEqual({
      ...{ tool: 'photoguard 0.1.0', attack: 'encoder', recipe: 'fast', norm: 'linf', eps255: 16, seed: 3 },
      ...{ target: 'grey', size: results[0].modelSize, masked: false },
      models: [{ ref: 'model', sha256: sha256OfFile(join(place.model, 'diffusion_pytorch_model.safetensors')) }],
      original: await sha256OfPixels(original.pixels),
      settings: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(Buffer.from(xmp).toString()).toContain('<tiff:Make>Test</tiff:Make>');
    expect(Buffer.from(xmp).toString()).not.toMatch(new RegExp(`${tmpdir()}|photo.png|${userInfo().username}`));
    // Left out, one that is there goes as well: it speaks of another photo.
    expect((await immunize(output, '--no-record', '-o', bare)).stdout).not.toContain('record');
    expect((await decodePhoto(bare)).metadata.xmp).toEqual(original.metadata.xmp);
  });

  it('keeps XMP that no record can be put into, and says so', async () => {
    const [odd, out] = [place.fresh('odd.png'), place.fresh('out.png')];
    const packet = Buffer.from('<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF');
    const { pixels } = await decodePhoto(place.photo);
    writeFileSync(odd, (await encodePhoto(pixels, 'png', { metadata: { xmp: packet } })).bytes);
    const { results } = JSON.parse((await immunize(odd, '-o', out, '--json')).stdout);
    expect(results[0]).toMatchObject({ record: false, metadataKept: ['XMP'] });
    expect(results[0].notes).toContainEqual(expect.stringMatching(/record is left out.*not well-formed/));
    expect(Buffer.from((await decodePhoto(out)).metadata.xmp!)).toEqual(packet);
  });

  it('writes beside the photo where nothing else is said, and a picture that compares', async () => {
    const [own, compare] = [place.fresh('mine.png'), place.fresh('compare.png')];
    await testImage().png().toFile(own);
    const { status, stdout } = await immunize(own, '--compare', compare);
    expect(status).toBe(0);
    expect(stdout).toContain('.immunized.png');
    expect(existsSync(own.replace('.png', '.immunized.png'))).toBe(true);
    expect((await sharp(compare).metadata()).format).toBe('png');
  });

  it('leaves what an editor repaints as it is', async () => {
    const [mask, output] = [place.fresh('mask.png'), place.fresh('masked.png')];
    const bytes = Buffer.alloc(64 * 48, 0).fill(255, 0, 64 * 20); // the upper rows are repainted
    await sharp(bytes, { raw: { width: 64, height: 48, channels: 1 } })
      .png()
      .toFile(mask);
    expect((await immunize(place.photo, '--mask', mask, '-o', output)).status).toBe(0);
    const [before, after] = [await rgb(place.photo), await rgb(output)];
    expect(after.subarray(0, 3 * 64 * 20).equals(before.subarray(0, 3 * 64 * 20))).toBe(true);
    expect(after.equals(before)).toBe(false);
  });

  it('goes on after a bad photo, and says which one it was', async () => {
    const [bad, folderOut, other] = [place.fresh('bad.jpg'), place.fresh('out'), place.fresh('other.png')];
    writeFileSync(bad, 'no picture');
    await testImage(40, 40).png().toFile(other);
    const { status, stdout } = await immunize(place.photo, bad, other, '-o', folderOut, '--json');
    expect(status).toBe(1);
    const { results, errors } = JSON.parse(stdout) as { results: { input: string }[]; errors: { input: string }[] };
    expect(results.map(({ input }) => input)).toEqual([place.photo, other]);
    expect(errors.map(({ input }) => input)).toEqual([bad]);
    expect(readdirSync(folderOut)).toHaveLength(2);
  });

  it('never writes over a photo', async () => {
    const before = readFileSync(place.photo);
    const { status, stderr } = await immunize(place.photo, '-o', place.photo);
    expect(status).toBe(2);
    expect(stderr).toMatch(/same file|original/);
    expect(readFileSync(place.photo)).toEqual(before);
  });

  it('never writes over a target, a mask, or another of its results', async () => {
    const [target, mask, both] = [place.fresh('target.png'), place.fresh('mask.png'), place.fresh('both.png')];
    await testImage(40, 40).png().toFile(target);
    await testImage().png().toFile(mask);
    for (const args of [
      ['--target', target, '-o', target],
      ['--mask', mask, '--compare', mask, '-o', both],
      ['-o', both, '--compare', both],
    ]) {
      const kept = [target, mask].map((file) => readFileSync(file));
      const { status, stderr } = await immunize(place.photo, ...args);
      expect([status, stderr.trim().split('\n').length], stderr).toEqual([2, 1]);
      expect([target, mask].map((file) => readFileSync(file))).toEqual(kept);
      expect(existsSync(both)).toBe(false);
    }
  });

  it.each([
    ['Ctrl-C', 'SIGINT'],
    ['the end of its terminal', 'SIGHUP'],
  ] as const)('stops on %s within a gradient and leaves nothing', async (_, signal) => {
    const own = mkdtempSync(join(place.folder, 'stop-'));
    await testImage(256, 256).png().toFile(join(own, 'long.png'));
    const args = ['immunize', '-m', place.model, '--steps', '100000', join(own, 'long.png')];
    let interrupted = 0;
    const stop = (child: ChildProcess): void =>
      whenWorking(child, () => {
        interrupted = performance.now();
        process.kill(-child.pid!, signal); // the whole group gets it
      });
    const { status, stderr } = await photoguard(args, stop, { detached: true });
    expect([status, stderr]).toEqual([130, expect.not.stringMatching(/bug|error/i)]);
    expect(performance.now() - interrupted).toBeLessThan(60_000);
    expect(readdirSync(own)).toEqual(['long.png']);
  });
});

describe('a result', () => {
  it('may be read by those alone who may read the photo', async () => {
    const [own, output, compare] = [place.fresh('private.png'), place.fresh('out.png'), place.fresh('compare.png')];
    await testImage(40, 40).png().toFile(own);
    chmodSync(own, 0o600);
    expect((await immunize(own, '-o', output, '--compare', compare)).status).toBe(0);
    expect([output, compare].map((file) => statSync(file).mode & 0o777)).toEqual([0o600, 0o600]);
  });

  it('that protects no better than the original is a failure, and not written', async () => {
    const output = place.fresh('worse.png');
    // Random noise alone, with steps too small to matter.
    const noise = ['--start', 'random', '--steps', '1', '--step-size', '0.000001', '--norm', 'l2', '--eps', '8'];
    const { status, stdout, stderr } = await immunize(place.photo, '-o', output, ...noise);
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(
      /the photo is not protected, and nothing was written: .*the loss went from \d+\.\d to \d+\.\d, 1\d\d%/,
    );
    expect(existsSync(output)).toBe(false);
  });
});

describe('help', () => {
  it('has examples and exit statuses', async () => {
    const { status, stdout } = await photoguardHere(['immunize', '--help']);
    expect(status).toBe(0);
    expect(stdout).toMatch(/Examples:[\s\S]*Exit status/);
  });
});
