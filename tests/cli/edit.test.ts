import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hasEmbedded } from 'photoguard/models/node';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withBrokenWeight } from '../support/broken-weight.ts';
import { testImage } from '../support/photos.ts';
import { photoguard, whenWorking } from './command.ts';
import { photoguardHere } from './here.ts';

const PIPELINE = fileURLToPath(new URL('../fixtures/golden/checkpoints/tiny-sd-inpaint', import.meta.url));

let folder: string;
let photo: string;
let mask: string;
let count = 0;

/** A new path in the test's folder. */
const fresh = (name: string): string => join(folder, `${++count}-${name}`);
const editArgs = (...args: string[]) => ['edit', photo, '-m', PIPELINE, '--steps', '3', ...args];
const edit = (...args: string[]) => photoguardHere(editArgs(...args));
const grey = (file: string, width: number, height: number, value: (i: number) => number) =>
  sharp(
    Uint8Array.from({ length: width * height }, (_, i) => value(i)),
    { raw: { width, height, channels: 1 } },
  )
    .png()
    .toFile(file);

/** A copy of the pipeline with some files changed or, if undefined, left out. */
function changedPipeline(changes: Readonly<Record<string, ((text: string) => string) | undefined>>): string {
  const copy = fresh('pipeline');
  cpSync(PIPELINE, copy, { recursive: true });
  for (const [path, change] of Object.entries(changes)) {
    if (change) writeFileSync(join(copy, path), change(readFileSync(join(copy, path), 'utf8')));
    else rmSync(join(copy, path), { recursive: true });
  }
  return copy;
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'photoguard-edit-'));
  photo = join(folder, 'photo.png');
  await testImage().png().toFile(photo); // 64 x 48
  mask = join(folder, 'mask.png');
  await grey(mask, 64, 48, (i) => (i % 64 < 32 ? 255 : 0));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('photoguard edit', () => {
  it('writes an edit of the size that the editor was trained on, and reports it as JSON', async () => {
    const output = fresh('out.png');
    const { status, stdout, stderr } = await photoguard(editArgs('--prompt', 'a dog', '-o', output, '--json'));
    expect([status, stderr]).toEqual([0, '']);
    const report = JSON.parse(stdout) as Record<string, unknown>;
    expect(report).toMatchObject({
      prompt: 'a dog',
      task: 'inpaint all',
      strength: 0.7,
      steps: 3,
      stepsRun: 2,
      eta: 0,
    });
    const { width, height } = await sharp(output).metadata();
    expect(report.size).toEqual([width, height]);
    expect(report.results).toMatchObject([{ output, seed: 0 }]);
  });

  it('makes several, one for each seed, the same bytes for the same seed, and a sheet of them', async () => {
    const [first, again, sheet] = [fresh('first'), fresh('again'), fresh('sheet.png')];
    const args = ['--prompt', 'a dog', '--mask', mask];
    expect((await edit(...args, '-n', '2', '--seed', '5', '-o', first, '--compare', sheet)).status).toBe(0);
    expect(readdirSync(first)).toEqual(['photo.edited-seed5.png', 'photo.edited-seed6.png']);
    expect((await edit(...args, '--seed', '6', '-o', `${again}/`)).status).toBe(0);
    const [five, six] = readdirSync(first).map((name) => readFileSync(join(first, name)));
    expect(readFileSync(join(again, 'photo.edited.png')).equals(six!)).toBe(true);
    expect(five!.equals(six!)).toBe(false);
    expect((await sharp(sheet).metadata()).width).toBeGreaterThan(600);
  });

  it('takes a prompt that is empty, an emoji, or too long: then it says that it was cut', async () => {
    for (const prompt of ['', '👩‍🚀🎉'])
      expect((await edit('--prompt', prompt, '-o', fresh('short.png'), '--json')).status).toBe(0);
    const { status, stdout } = await edit('--prompt', 'many '.repeat(100), '-o', fresh('long.png'), '--json');
    expect(status).toBe(0);
    expect((JSON.parse(stdout) as { notes: string[] }).notes).toEqual([
      expect.stringMatching(/takes only 77.*cut off/),
    ]);
  });

  it.each(['ddpm', 'dpm-solver', 'euler', 'euler-ancestral', 'lcm', 'pndm', 'unipc'])('runs with %s', async (name) => {
    const { status, stdout } = await edit('--prompt', 'a dog', '--scheduler', name, '-o', fresh('s.png'), '--json');
    expect(status).toBe(0);
    expect((JSON.parse(stdout) as { scheduler: string }).scheduler).toMatch(/Scheduler$/);
  });

  it('scales a mask of another size, and refuses one of another shape, or one that repaints nothing', async () => {
    const [large, square, black] = [fresh('large.png'), fresh('square.png'), fresh('black.png')];
    await grey(large, 128, 96, (i) => (i % 128 < 64 ? 255 : 0));
    await grey(square, 64, 64, () => 255);
    await grey(black, 64, 48, () => 0);
    const [same, scaled] = [fresh('same.png'), fresh('scaled.png')];
    expect((await edit('--prompt', 'x', '--mask', mask, '-o', same)).status).toBe(0);
    expect((await edit('--prompt', 'x', '--mask', large, '-o', scaled)).status).toBe(0);
    expect(readFileSync(same).equals(readFileSync(scaled))).toBe(true);
    for (const [bad, message] of [
      [square, /shape/],
      [black, /black everywhere.*inverted/],
    ] as const) {
      const { status, stderr } = await edit('--prompt', 'x', '--mask', bad, '-o', fresh('no.png'));
      expect(status).toBe(2);
      expect(stderr).toMatch(message);
      expect(stderr.trim().split('\n')).toHaveLength(1);
    }
  });

  it('refuses a strength that runs no step, and options out of range', async () => {
    for (const [args, message] of [
      [['--strength', '0'], /leaves no step to run/],
      [['--strength', '1.5'], /from 0 to 1/],
      [['--scheduler', 'heun'], /Allowed choices/],
      [['-n', '0'], /whole number/],
      [['-n', '2'], /several edits need a folder/],
      [['--steps', '5000'], /from 1 to 1000/],
    ] as const) {
      const output = fresh('no.png');
      const { status, stderr } = await edit('--prompt', 'x', '-o', output, ...args);
      expect([args, status]).toEqual([args, 2]);
      expect(stderr).toMatch(message);
      expect(existsSync(output)).toBe(false);
    }
  });

  it('never writes over the photo or the mask', async () => {
    const before = [readFileSync(photo), readFileSync(mask)];
    for (const target of [photo, mask]) {
      expect((await edit('--prompt', 'x', '--mask', mask, '-o', target)).status).toBe(2);
      expect((await edit('--prompt', 'x', '--mask', mask, '-o', fresh('a.png'), '--compare', target)).status).toBe(2);
    }
    expect([readFileSync(photo), readFileSync(mask)]).toEqual(before);
  });

  it.skipIf(hasEmbedded())('without a model, and with none embedded, says what one is', async () => {
    const { status, stderr } = await photoguardHere(['edit', photo, '--prompt', 'x']);
    expect(status).toBe(2);
    expect(stderr).toMatch(/--model.*sd15-inpaint/);
  });

  it.each<[string, Parameters<typeof changedPipeline>[0], RegExp]>([
    ['a missing part', { text_encoder: undefined }, /lacks its text_encoder/],
    ['a missing index', { 'model_index.json': undefined }, /no model_index\.json/],
    ['an index without the UNet', { 'model_index.json': (t) => t.replace('"unet"', '"u"') }, /names no unet/],
    [
      'a UNet of other channels',
      { 'unet/config.json': (t) => t.replace(/"in_channels": \d+/, '"in_channels": 7') },
      /must take 4 channels, 9 for inpainting, or 8 as InstructPix2Pix's does \(got 7\)/,
    ],
    [
      'an unknown scheduler',
      { 'scheduler/scheduler_config.json': (t) => t.replace(/"_class_name": "\w+"/, '"_class_name": "Heun"') },
      /scheduler is not known.*Heun/,
    ],
  ])('refuses a pipeline with %s, in one line', async (_, changes, message) => {
    const { status, stderr } = await photoguardHere([
      ...['edit', photo, '-m', changedPipeline(changes), '--prompt', 'x', '-o', fresh('no.png')],
    ]);
    expect(status).toBe(1);
    expect(stderr).toMatch(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  it('stops at the step whose latent is no number, and says which', async () => {
    const broken = changedPipeline({});
    withBrokenWeight(join(broken, 'unet/diffusion_pytorch_model.safetensors'), 'conv_out.bias');
    const output = fresh('no.png');
    const { status, stderr } = await photoguardHere(['edit', photo, '-m', broken, '--prompt', 'x', '-o', output]);
    expect(status).toBe(1);
    expect(stderr).toMatch(/not finite after step 1 of 35/);
    expect(existsSync(output)).toBe(false);
  });

  it('takes a folder that is there, whatever its name, and refuses a picture that is no PNG', async () => {
    const existing = fresh('existing.folder');
    mkdirSync(existing);
    expect((await edit('--prompt', 'x', '-o', existing)).status).toBe(0);
    expect(readdirSync(existing)).toEqual(['photo.edited.png']);
    const jpeg = fresh('look.jpg');
    expect((await edit('--prompt', 'x', '-o', fresh('a.png'), '--compare', jpeg)).status).toBe(2);
    expect(existsSync(jpeg)).toBe(false);
  });

  it('stopped with Ctrl-C ends with 130, and what it wrote is whole', async () => {
    const output = fresh('stopped');
    const { status } = await photoguard(
      ['edit', photo, '-m', PIPELINE, '--prompt', 'x', '--steps', '900', '-n', '50', '-o', output],
      (child) => whenWorking(child, () => child.kill('SIGINT')),
    );
    expect(status).toBe(130);
    for (const name of existsSync(output) ? readdirSync(output) : []) {
      expect(name).toMatch(/^photo\.edited-seed\d+\.png$/);
      expect((await sharp(join(output, name)).metadata()).format).toBe('png'); // what is there is whole
    }
  });
});

describe('photoguard immunize --attack diffusion', () => {
  const immunize = (...args: string[]) =>
    photoguardHere([
      ...['immunize', photo, '--attack', 'diffusion', '-m', PIPELINE],
      ...['--steps', '3', '--edit-steps', '2', '--prompt', 'a dog', ...args],
    ]);

  it('changes what is kept, within the bound, and reports the edits that it was made against', async () => {
    const [output, compare] = [fresh('out.png'), fresh('compare.png')];
    const args = ['--mask', mask, '-o', output, '--compare', compare, '--prompt', 'a cat', '--draws', '2', '--json'];
    const { status, stdout, stderr } = await immunize(...args);
    expect([status, stderr]).toEqual([0, '']);
    const [result] = (JSON.parse(stdout) as { results: Record<string, unknown>[] }).results;
    expect(result).toMatchObject({ attack: 'diffusion', recipe: 'fast', norm: 'linf', gradients: 3 });
    expect(result!.diffusion).toMatchObject({
      steps: 2,
      mode: 'full',
      prompts: ['a dog', 'a cat'],
      draws: 2,
      strength: 1,
    });
    const { lossOriginal, lossImmunized, lossNoise } = result!.diffusion as Record<string, number>;
    expect(lossOriginal).toBe(0);
    expect(lossImmunized).toBeLessThan(lossNoise!);
    const [before, after] = await Promise.all([photo, output].map((file) => sharp(file).raw().toBuffer()));
    const changed = before!.map((v, i) => Math.abs(v - after![i]!));
    expect(Math.max(...changed)).toBeLessThanOrEqual(16);
    const repainted = changed.filter((_, i) => Math.floor(i / 3) % 64 < 32);
    expect(Math.max(...repainted)).toBe(0);
    expect((await sharp(compare).metadata()).format).toBe('png');
  });

  it('gives the same bytes for the same seed', async () => {
    const [a, b] = [fresh('a.png'), fresh('b.png')];
    for (const output of [a, b]) expect((await immunize('-o', output, '--eta', '1', '--steps', '1')).status).toBe(0);
    expect(readFileSync(a).equals(readFileSync(b))).toBe(true);
  });

  it.each([
    [['--last', '1'], { diffusion: { mode: 'last 1' } }],
    [['--recipe', 'paper', '--target', 'away'], { norm: 'linf', recipe: 'paper' }],
    [['--memory', '600MB'], {}],
  ])('takes %j', async (args, expected) => {
    const { status, stdout } = await immunize('-o', fresh('out.png'), '--json', '--steps', '1', ...args);
    expect(status).toBe(0);
    expect((JSON.parse(stdout) as { results: unknown[] }).results[0]).toMatchObject(expected);
  });

  // With a mask an editor of random weights sees what is kept, so it is led a little.
  it.each([
    ['--recipe', 'notebook', '--steps', '2'],
    ['--target', 'zero'],
    ['--target', 'noise'],
  ])('takes %s %s, and comes nearer to the target than it was', async (...args) => {
    const output = fresh('out.png');
    const { status, stdout } = await immunize('--mask', mask, '-o', output, '--json', ...args);
    expect([status, existsSync(output)]).toEqual([0, true]);
    const [result] = (JSON.parse(stdout) as { results: { diffusion: Record<string, number> }[] }).results;
    expect(result!.diffusion.lossImmunized).toBeLessThan(result!.diffusion.lossOriginal!);
  });

  it('refuses what the attack cannot do', async () => {
    const white = fresh('white.png');
    await grey(white, 64, 48, () => 255);
    for (const [args, status, message] of [
      [['--mask', white], 2, /white everywhere.*inverted/],
      [['--recipe', 'demo'], 2, /no such recipe \(got demo\)/],
      [['--memory', '191MB'], 1, /needs at least \d+ ?MB of memory/],
      [['--strength', '0'], 2, /strength/],
    ] as const) {
      const output = fresh('no.png');
      const ended = await immunize('-o', output, ...args);
      expect([args, ended.status]).toEqual([args, status]);
      expect(ended.stderr).toMatch(message);
      expect(existsSync(output)).toBe(false);
    }
  });
});
