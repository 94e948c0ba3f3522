// `-m` with a folder of surrogates: one change against several latent spaces, each network with all of them.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { VISIBILITY } from 'photoguard/attacks';
import { decodePhoto } from 'photoguard/image/node';
import { readRecord } from 'photoguard/record';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { writeSurrogates } from '../support/tiny-surrogates.ts';
import { photoguardHere } from './here.ts';
import { testPlace } from './place.ts';

const place = testPlace();
let folder: string;
beforeAll(() => {
  folder = place.fresh('surrogates');
  writeSurrogates(folder);
});

const immunize = (...args: string[]) =>
  photoguardHere([
    'immunize',
    place.photo,
    '-m',
    folder,
    '--attack',
    'encoder',
    '--steps',
    '4',
    '--size',
    'fit:64',
    ...args,
  ]);

interface ModelLosses {
  readonly ref: string;
  readonly lossOriginal: number;
  readonly lossImmunized: number;
  readonly lossNoise: number;
}

describe('the embedded surrogates', () => {
  it('are asked for by name, all or one, and written down with their hashes', async () => {
    const output = place.fresh('embedded.png');
    const { status, stderr } = await photoguardHere([
      ...['immunize', place.photo, '-m', 'surrogates', '--attack', 'encoder', '--target', 'away', '--steps', '2'],
      ...['--size', 'fit:64', '-o', output],
    ]);
    expect([status, stderr]).toEqual([0, '']);
    const { record } = readRecord((await decodePhoto(output)).metadata.xmp!);
    expect(record!.models.map(({ ref }) => ref)).toEqual(['surrogates/strided', 'surrogates/pooled']);
    for (const { sha256 } of record!.models) expect(sha256).toMatch(/^[0-9a-f]{64}$/);
    const audit = await photoguardHere([
      ...['audit', output, '--original', place.photo, '--purify', 'none', '-o', place.fresh('audit.html')],
    ]);
    expect(audit.status, audit.stderr).toBe(0);
    expect(audit.stdout).toMatch(/surrogates\/strided, \d+x\d+ +moved by/);
    expect(audit.stdout).toContain('surrogates/pooled');
    const one = await photoguardHere([
      ...[
        'immunize',
        place.photo,
        '-m',
        'surrogates/pooled',
        '--attack',
        'encoder',
        '--target',
        'away',
        '--steps',
        '2',
      ],
      ...['--size', 'fit:64', '-o', place.fresh('one.png'), '--json'],
    ]);
    expect(one.status, one.stderr).toBe(0);
    const { results } = JSON.parse(one.stdout) as { results: { models: ModelLosses[] }[] };
    expect(results[0]!.models.map(({ ref }) => ref)).toEqual(['sd1', 'sdxl', 'sd3', 'flux1', 'flux2']);
  });
});

describe('surrogates', () => {
  it('are attacked away from the latents of the photo: a line for each space, further than noise', async () => {
    const output = place.fresh('away.png');
    const { status, stdout, stderr } = await immunize('--target', 'away', '-o', output, '--json');
    expect([status, stderr]).toEqual([0, '']);
    const { results } = JSON.parse(stdout) as { results: { models: ModelLosses[] }[] };
    const [{ models }] = results as [{ models: ModelLosses[] }];
    expect(models.map(({ ref }) => ref)).toEqual(['sd1', 'flux1']);
    for (const { lossOriginal, lossImmunized, lossNoise } of models) {
      expect(Math.abs(lossOriginal)).toBe(0);
      expect(lossImmunized).toBeLessThan(1.2 * lossNoise);
      expect(lossNoise).toBeLessThan(0);
    }
  });

  it('are attacked towards a target as models of their own, each space of each', async () => {
    const { status, stdout } = await immunize('--target', 'zero', '-o', place.fresh('zero.png'), '--json');
    expect(status).toBe(0);
    const { results } = JSON.parse(stdout) as { results: { models: ModelLosses[] }[] };
    expect(results[0]!.models.map(({ ref }) => ref)).toEqual(['sd1', 'flux1', 'sd1', 'flux1']);
  });

  it('are shown by the decoder of the embedded model', async () => {
    const picture = place.fresh('picture.png');
    const { status, stdout } = await immunize('--target', 'away', '-o', place.fresh('b.png'), '--compare', picture);
    expect(status).toBe(0);
    expect(stdout).toMatch(/moves +latents by .*which the attack saw: others move less/);
    expect(stdout).toMatch(/sd1 +[█░]{10} \d\.\d\d \(noise \d\.\d\d\)/);
    expect(stdout).toContain('picture');
  });

  it('are measured with a judge that is not attacked; a part of the photo is spared, or favoured', async () => {
    const spare = place.fresh('spare.png');
    const { width, height } = await sharp(place.photo).metadata();
    const left = {
      input: { create: { width: width! >> 1, height: height!, channels: 3, background: 'white' } },
      left: 0,
      top: 0,
    } as const;
    await sharp({ create: { width: width!, height: height!, channels: 3, background: 'black' } })
      .composite([left])
      .png()
      .toFile(spare);
    const output = place.fresh('spared.png');
    const judge = ['--judge', join(folder, 'pooled'), '--visibility', 'medium', '--spare', spare];
    const attack = ['-m', join(folder, 'strided'), '--target', 'away', '--steps', '4', '--size', 'fit:64'];
    const { status, stdout, stderr } = await photoguardHere([
      ...['immunize', place.photo, ...attack, ...judge, '-o', output, '--json'],
    ]);
    expect([status, stderr]).toEqual([0, '']);
    const [result] = JSON.parse(stdout).results;
    expect(result.protection).toMatchObject({ attacked: false, judges: [join(folder, 'pooled')] });
    const seen = await immunize(
      '--target',
      'away',
      '--judge',
      join(folder, 'pooled'),
      '-o',
      place.fresh('s.png'),
      '--json',
    );
    expect(JSON.parse(seen.stdout).results[0].protection.attacked).toBe(true); // all of the folder was attacked
    expect(Math.abs(result.flip / VISIBILITY.medium.flip - 1)).toBeLessThan(0.05);
    const favoured = place.fresh('favoured.png');
    const favour = ['--visibility', 'medium', '--favour', spare, '-o', favoured, '--json'];
    expect((await photoguardHere(['immunize', place.photo, ...attack, ...favour])).status).toBe(0);
    const [before, after, other] = await Promise.all(
      [place.photo, output, favoured].map((file) => sharp(file).removeAlpha().raw().toBuffer()),
    );
    const change = (made: Buffer, from: number, to: number): number => {
      let sum = 0;
      for (let i = 0; i < before!.length; i++) {
        const x = Math.floor(i / 3) % width!;
        if (x >= from && x < to) sum += Math.abs(before![i]! - made[i]!) / (to - from);
      }
      return sum;
    };
    expect(change(after!, 0, width! >> 1)).toBeLessThan(0.5 * change(after!, width! >> 1, width!));
    expect(change(other!, width! >> 1, width!)).toBeLessThan(0.5 * change(other!, 0, width! >> 1));
    const settingsOf = async (file: string) => readRecord((await decodePhoto(file)).metadata.xmp!).record!.settings;
    expect(await settingsOf(favoured)).not.toBe(await settingsOf(output));
  });

  it('take a visibility or a bound, not both, and one recipe', async () => {
    const both = await immunize('--visibility', 'low', '--eps', '8/255', '-o', place.fresh('no.png'));
    expect([both.status, both.stderr]).toEqual([2, expect.stringContaining('--visibility takes the place of --eps')]);
    const two = await immunize('--quick', '--recipe', 'paper', '-o', place.fresh('no.png'));
    expect([two.status, two.stderr]).toEqual([2, expect.stringContaining('--quick and --recipe exclude each other')]);
  });

  it('with a damaged list are named by its file', async () => {
    const broken = place.fresh('broken');
    writeSurrogates(broken);
    writeFileSync(join(broken, 'surrogates.json'), '{"networks": ["../strided"]}');
    const { status, stderr } = await photoguardHere(['immunize', place.photo, '-m', broken, '--attack', 'encoder']);
    expect(status).not.toBe(0);
    expect(stderr).toMatch(/surrogates\.json: networks\[0\] must be the name of a folder \(got "\.\.\/strided"\)/);
  });
});
