// `-m` with a folder of surrogates: one change against several latent spaces, each network with all of them.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodePhoto } from 'photoguard/image/node';
import { readRecord } from 'photoguard/record';
import { beforeAll, describe, expect, it } from 'vitest';
import { writeSurrogates } from '../support/tiny-surrogates.ts';
import { photoguard } from './command.ts';
import { testPlace } from './place.ts';

const place = testPlace();
let folder: string;
beforeAll(() => {
  folder = place.fresh('surrogates');
  writeSurrogates(folder);
});

const immunize = (...args: string[]) =>
  photoguard([
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
    const { status, stderr } = await photoguard([
      ...['immunize', place.photo, '-m', 'surrogates', '--attack', 'encoder', '--target', 'away', '--steps', '2'],
      ...['--size', 'fit:64', '-o', output],
    ]);
    expect([status, stderr]).toEqual([0, '']);
    const { record } = readRecord((await decodePhoto(output)).metadata.xmp!);
    expect(record!.models.map(({ ref }) => ref)).toEqual(['surrogates/strided', 'surrogates/pooled']);
    for (const { sha256 } of record!.models) expect(sha256).toMatch(/^[0-9a-f]{64}$/);
    const audit = await photoguard([
      ...['audit', output, '--original', place.photo, '--purify', 'none', '-o', place.fresh('audit.html')],
    ]);
    expect(audit.status, audit.stderr).toBe(0);
    expect(audit.stdout).toMatch(/surrogates\/strided, \d+x\d+ +moved by/);
    expect(audit.stdout).toContain('surrogates/pooled');
    const one = await photoguard([
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
    expect(stdout).toMatch(/sd1 +latents move by \d\.\d\d \(random noise of that size: \d\.\d\d\)/);
    expect(stdout).toContain('picture');
  });

  it('with a damaged list are named by its file', async () => {
    const broken = place.fresh('broken');
    writeSurrogates(broken);
    writeFileSync(join(broken, 'surrogates.json'), '{"networks": ["../strided"]}');
    const { status, stderr } = await photoguard(['immunize', place.photo, '-m', broken, '--attack', 'encoder']);
    expect(status).not.toBe(0);
    expect(stderr).toMatch(/surrogates\.json: networks\[0\] must be the name of a folder \(got "\.\.\/strided"\)/);
  });
});
