// What people may get wrong when they immunize: one line for each, and never a stack trace.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tinyRepository, writeFiles } from '../support/tiny-model.ts';
import { photoguardHere } from './here.ts';
import { testPlace } from './place.ts';

const place = testPlace();
const immunize = (...args: string[]) =>
  photoguardHere(['immunize', '-m', place.model, '--steps', '3', '--size', '64x64', ...args]);

describe('bad input', () => {
  const damaged: [string, () => Promise<string>][] = [
    ['a photo that is not there', async () => join(place.folder, 'nowhere.png')],
    ['an empty file', async () => written('empty.png', '')],
    ['text', async () => written('text.png', 'hello')],
    ['a truncated PNG', async () => written('cut.png', readFileSync(place.photo).subarray(0, 300))],
    ['a corrupt PNG', async () => written('corrupt.png', spoilt(readFileSync(place.photo)))],
    ['a PNG of no width', async () => written('zero.png', Buffer.from(readFileSync(place.photo)).fill(0, 16, 20))],
    ['a folder without photos', async () => place.model],
  ];
  const written = (name: string, content: string | Uint8Array): string => {
    const path = place.fresh(name);
    writeFileSync(path, content);
    return path;
  };
  // Some of the compressed pixels, before the closing chunk.
  const spoilt = (bytes: Buffer): Buffer => Buffer.from(bytes).fill(7, bytes.length - 400, bytes.length - 100);
  for (const [what, make] of damaged)
    it(`${what}: one clear line, status 1, nothing written`, async () => {
      const output = place.fresh('never.png');
      const { status, stderr } = await immunize(await make(), '-o', output);
      expect(status).toBe(what.startsWith('a folder') ? 2 : 1);
      expect(stderr.trim().split('\n')).toHaveLength(1);
      expect(stderr).not.toMatch(/ at .*:\d+:\d+|a bug/);
      expect(existsSync(output)).toBe(false);
    });

  for (const wrong of [
    ['--eps', '0'],
    ['--eps', '2'],
    ['--eps', '0.000001'],
    ['--eps', '0.5/255'],
    ['--model='],
    ['--compare', 'look.jpg'],
    ['--name', 'same'],
    ['--name', '{name}/{what}'],
    ['--format', 'gif'],
    ['--size', '0x0'],
    ['--steps', '0'],
    ['--size', '7x7'],
    ['--size', 'huge'],
    ['--size', '100000x100000'],
    ['--step-size', '1'],
    ['--norm', 'l7'],
    ['--seed', '-1'],
    ['--memory', 'lots'],
    ['--prompt', 'a dog'],
    ['--draws', '3'],
    ['--target', 'sideways'],
    ['--unknown'],
  ])
    it(`${wrong.join(' ')}: wrong usage or refused, without a stack trace`, async () => {
      const { status, stderr } = await immunize(place.photo, '-o', place.fresh('never.png'), ...wrong);
      expect(status, stderr).toBe(2);
      expect(stderr).not.toMatch(/ at .*:\d+:\d+|a bug/);
      // commander adds a second line on how to get help
      expect(
        stderr
          .replace(/^\(photoguard --help.*\)$/m, '')
          .trim()
          .split('\n'),
        stderr,
      ).toHaveLength(1);
    });

  for (const option of ['--mask', '--target'])
    it(`${option} that is not there: names that file, not the photo alone`, async () => {
      const { status, stderr } = await immunize(place.photo, '-o', place.fresh('never.png'), option, 'nowhere.png');
      expect(status).toBe(2);
      expect(stderr).toContain(`${option} nowhere.png: there is no such file`);
    });

  it('a folder that cannot be made: said so', async () => {
    const { status, stderr } = await immunize(place.photo, '-o', join(place.photo, 'inside/'));
    expect(status).toBe(1);
    expect(stderr).toMatch(/cannot create the folder/);
  });

  it('a budget that nothing fits in: says what is needed', async () => {
    const { status, stderr } = await immunize(
      place.photo,
      '-o',
      place.fresh('never.png'),
      '--memory',
      '201MB',
      '--size',
      '512x512',
    );
    expect(status).toBe(1);
    expect(stderr).toMatch(/MB|GB/);
    expect(stderr).toMatch(/--memory/);
  });

  it('a model that is damaged, or none: said so', async () => {
    const broken = place.fresh('model');
    writeFiles(broken, tinyRepository());
    const weights = join(broken, 'diffusion_pytorch_model.safetensors');
    writeFileSync(weights, readFileSync(weights).subarray(0, 5000));
    const none = place.fresh('none');
    mkdirSync(none);
    for (const ref of [broken, none, 'nobody/nothing']) {
      const { status, stderr } = await photoguardHere([
        'immunize',
        place.photo,
        '-m',
        ref,
        '-o',
        place.fresh('never.png'),
      ]);
      expect(status, stderr).toBe(1);
      expect(stderr).not.toMatch(/ at .*:\d+:\d+|a bug/);
    }
  });

  it('shows the place of an error only if asked', async () => {
    const { stderr } = await photoguardHere([
      '--verbose',
      'immunize',
      '-m',
      place.model,
      join(place.folder, 'nowhere.png'),
    ]);
    expect(stderr).toMatch(/ at .*:\d+:\d+/);
  });
});
