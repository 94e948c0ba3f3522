// What a newcomer does first: no model named, nothing downloaded (the tests' command is offline).
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hasEmbedded } from 'photoguard/models/node';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testImage } from '../support/photos.ts';
import { photoguard } from './command.ts';

describe.skipIf(!hasEmbedded())('without a model (skipped where models/mini has no weights)', () => {
  let folder: string;
  let photo: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'photoguard-trial-'));
    photo = join(folder, 'photo.png');
    await testImage(64, 64).png().toFile(photo);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('protects the middle against an edit of the embedded editor, shows it, and says what that is worth', async () => {
    const { status, stdout } = await photoguard(['immunize', photo, '--steps', '2', '--size', '64x64', '--json']);
    expect(status).toBe(0);
    const [result] = JSON.parse(stdout).results;
    expect(result).toMatchObject({ attack: 'diffusion', gradients: 2, diffusion: { guidance: 3, strength: 1 } });
    expect(result.models[0].ref).toBe('mini');
    expect(result.models[0].lossImmunized).toBeLessThan(result.models[0].lossNoise);
    expect(result.notes.join('\n')).toMatch(/only the middle.*--mask auto[\s\S]*mini is the embedded model.*-m taesd/);
    const before = await sharp(photo).raw().toBuffer();
    const after = await sharp(join(folder, 'photo.immunized.png')).removeAlpha().raw().toBuffer();
    expect(after.subarray(0, 3 * 64)).toEqual(before.subarray(0, 3 * 64));
    expect(after.equals(before)).toBe(false);
    expect(existsSync(join(folder, 'photo.compare.png'))).toBe(true);
  });

  it('takes the whole photo with --attack encoder, and its own prompts with others', async () => {
    const out = join(folder, 'encoder.png');
    const encoder = ['--attack', 'encoder', '--steps', '2', '--size', '64x64', '--no-compare'];
    const { stdout } = await photoguard(['immunize', photo, ...encoder, '-o', out, '--json']);
    const [result] = JSON.parse(stdout).results;
    expect(result).toMatchObject({ attack: 'encoder', models: [{ ref: 'mini' }] });
    expect(result.compare).toBeUndefined();
    const [top] = await sharp(out).removeAlpha().raw().toBuffer();
    expect(top).not.toBe((await sharp(photo).raw().toBuffer())[0]);
  });

  it('edits with the embedded editor', async () => {
    const edited = ['edit', photo, '--prompt', 'a red rose', '--mask', 'auto', '--steps', '2', '--size', '64x64'];
    const { status, stdout } = await photoguard([...edited, '--json']);
    expect(status).toBe(0);
    expect(JSON.parse(stdout).model).toBe('mini');
    expect((await sharp(join(folder, 'photo.edited.png')).metadata()).width).toBe(64);
  });
});
