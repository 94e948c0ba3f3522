// What a newcomer does first: no model named, nothing downloaded (the tests' command is offline).
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { VISIBILITY } from 'photoguard/attacks';
import { hasEmbedded } from 'photoguard/models/node';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testImage } from '../support/photos.ts';
import { photoguard } from './command.ts';
import { photoguardHere } from './here.ts';

describe.skipIf(!hasEmbedded())('without a model (skipped where models/mini has no weights)', () => {
  let folder: string;
  let photo: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'photoguard-trial-'));
    photo = join(folder, 'photo.png');
    await testImage(64, 64).png().toFile(photo);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('protects five latent spaces at low visibility, shows it, and says what another network sees of it', async () => {
    const { status, stdout, stderr } = await photoguard(['immunize', photo, '--steps', '3', '--json']);
    expect(status, stderr).toBe(0);
    const [result] = JSON.parse(stdout).results;
    expect(result).toMatchObject({ attack: 'encoder', recipe: 'protect', visibility: 'low', gradients: 3 });
    expect(Math.abs(result.flip / VISIBILITY.low.flip - 1)).toBeLessThan(0.05);
    const { judges, attacked, displacement } = result.protection;
    expect([judges, attacked]).toEqual([['surrogates/pooled'], false]);
    expect(Object.keys(displacement)).toEqual(['sd1', 'sdxl', 'sd3', 'flux1', 'flux2']);
    for (const figures of Object.values<Record<string, Record<string, number>>>(displacement))
      for (const { protected: moved, noise, tone } of Object.values(figures)) {
        expect(moved).toBeGreaterThan(0.05);
        expect(noise).toBeGreaterThan(0.01);
        expect(tone).toBeLessThan(moved!);
      }
    expect(existsSync(join(folder, 'photo.compare.png'))).toBe(true);
  });

  it('is known again by its record, and an audit finds its bound kept, and what another network sees', async () => {
    const again = await photoguardHere(['immunize', photo, '--steps', '3']);
    expect(again.stdout).toMatch(/done before, its record says/);
    const result = join(folder, 'photo.immunized.png');
    const audit = await photoguardHere([
      'audit',
      result,
      '--original',
      photo,
      '--purify',
      'none',
      '--json',
      '--size',
      '64x64',
    ]);
    expect(audit.status, audit.stderr).toBe(0);
    const { protection, ...report } = JSON.parse(audit.stdout);
    expect(JSON.stringify(report)).toContain('within-bound');
    expect(JSON.stringify(report)).not.toContain('beyond-bound');
    expect(protection).toMatchObject({ judges: ['surrogates/pooled'], attacked: false });
    expect(Object.keys(protection.displacement)).toContain('flux1');
    const other = [
      '-m',
      'mini',
      '--editor',
      'mini',
      '--edits',
      '1',
      '--edit-steps',
      '2',
      '--judge',
      'surrogates/strided',
    ];
    const judged = await photoguardHere([
      ...['audit', result, '--original', photo, '--purify', 'none', '--size', '64x64', '--json', ...other],
    ]);
    expect(JSON.parse(judged.stdout).protection, judged.stderr).toMatchObject({
      ...{ judges: ['surrogates/strided'], attacked: true },
    });
  });

  it('says it in words, and what it does not protect against; --quick takes fewer gradients, and no picture', async () => {
    const out = join(folder, 'words.png');
    const { stdout } = await photoguardHere(['immunize', photo, '--quick', '-o', out]);
    expect(existsSync(join(folder, 'words.compare.png'))).toBe(false);
    expect(stdout).toMatch(/2 gradients[\s\S]*visible +hard to see: FLIP 0\.\d+/);
    expect(stdout).toMatch(/surrogates\/pooled at \d+x\d+, which the attack never saw[\s\S]*after an upload/);
    expect(stdout).toMatch(/flux2 +[█░]{10} \d\.\d\d \(noise \d\.\d\d\)/);
    expect(stdout).toMatch(/not +editors that work on pixels/);
  });

  it('takes a flat picture, a strip one pixel wide and a --spare that covers all, and says what that means', async () => {
    const make = async (name: string, width: number, height: number): Promise<string> => {
      const path = join(folder, `${name}.png`);
      await sharp({ create: { width, height, channels: 3, background: '#8a7' } })
        .png()
        .toFile(path);
      return path;
    };
    const [flat, strip, white] = [await make('flat', 64, 64), await make('strip', 1, 90), join(folder, 'white.png')];
    await sharp({ create: { width: 64, height: 64, channels: 3, background: '#fff' } })
      .png()
      .toFile(white);
    const run = (file: string, ...more: string[]) =>
      photoguardHere(['immunize', file, '--steps', '2', '--no-compare', '-o', `${file}.out.png`, ...more]);
    const [flatRun, stripRun] = [await run(flat, '--spare', white), await run(strip)];
    expect([flatRun.status, stripRun.status]).toEqual([0, 0]);
    expect(flatRun.stdout).toMatch(/note +--spare treats all of the photo alike/);
    expect(flatRun.stdout).toMatch(/note +the photo is nearly flat/);
    expect(flatRun.stdout + stripRun.stdout).not.toContain('NaN');
  });

  it('attacks the embedded editor on request: the middle, with prompts of its own, and says what that is worth', async () => {
    const out = join(folder, 'edit.png');
    const attack = ['--attack', 'diffusion', '--steps', '2', '--size', '64x64', '-o', out];
    const { status, stdout } = await photoguardHere(['immunize', photo, ...attack, '--json']);
    expect(status).toBe(0);
    const [result] = JSON.parse(stdout).results;
    expect(result).toMatchObject({ attack: 'diffusion', gradients: 2, diffusion: { guidance: 3, strength: 1 } });
    expect(result.models[0].ref).toBe('mini');
    expect(result.models[0].lossImmunized).toBeLessThan(result.models[0].lossNoise);
    expect(result.notes.join('\n')).toMatch(/only the middle.*--mask auto[\s\S]*mini is the embedded model.*-m taesd/);
    const before = await sharp(photo).raw().toBuffer();
    const after = await sharp(out).removeAlpha().raw().toBuffer();
    expect(after.subarray(0, 3 * 64)).toEqual(before.subarray(0, 3 * 64));
    expect(after.equals(before)).toBe(false);
    expect(existsSync(join(folder, 'edit.compare.png'))).toBe(true);
  });

  it('edits with the embedded editor', async () => {
    const edited = ['edit', photo, '--prompt', 'a red rose', '--mask', 'auto', '--steps', '2', '--size', '64x64'];
    const { status, stdout } = await photoguardHere([...edited, '--json']);
    expect(status).toBe(0);
    expect(JSON.parse(stdout).model).toBe('mini');
    expect((await sharp(join(folder, 'photo.edited.png')).metadata()).width).toBe(64);
  });
});
