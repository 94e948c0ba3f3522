// `immunize --recipe instant`: a protection in one pass of the embedded network.
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { VISIBILITY } from 'photoguard/attacks';
import { decodePhoto } from 'photoguard/image/node';
import { readRecord } from 'photoguard/record';
import { describe, expect, it } from 'vitest';
import { photoguardHere } from './here.ts';
import { testPlace } from './place.ts';

const place = testPlace();
const instant = (...args: string[]) => photoguardHere(['immunize', place.photo, '--recipe', 'instant', ...args]);

describe('--recipe instant', () => {
  it('takes no gradient, is as visible as the default, and says that it measured nothing', async () => {
    const output = place.fresh('instant.png');
    const { status, stdout, stderr } = await instant('-o', output);
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/one pass at \d+x\d+ in \d+\.\d s/);
    expect(stdout).toContain('moves    not measured: --judge surrogates/pooled measures it');
    const { metadata } = await decodePhoto(output);
    const { record } = readRecord(metadata.xmp!);
    expect(record).toMatchObject({ attack: 'encoder', recipe: 'instant', target: 'away', visibility: 'low' });
    expect(record!.models.map(({ ref }) => ref)).toEqual(['surrogates/strided', 'surrogates/pooled']);
    const again = await instant('-o', output);
    expect(again.stdout).toContain('done before');
  });

  it('is measured if a judge is named, and reports the same fields as other recipes', async () => {
    const { status, stdout } = await instant('--judge', 'surrogates/pooled', '-o', place.fresh('judged.png'), '--json');
    expect(status).toBe(0);
    const [result] = JSON.parse(stdout).results;
    expect(result).toMatchObject({ recipe: 'instant', gradients: 0, models: [], visibility: 'low' });
    expect(result.flip / VISIBILITY.low.flip).toBeCloseTo(1, 1);
    expect(result.protection).toMatchObject({ judges: ['surrogates/pooled'], attacked: true });
    for (const { none } of Object.values<{ none: { protected: number; noise: number } }>(
      result.protection.displacement,
    ))
      expect(none.protected).toBeGreaterThan(none.noise);
  });

  it('tells of every photo of a folder in their order, though one is written while the next begins', async () => {
    const folder = place.fresh('folder');
    mkdirSync(folder);
    for (const name of ['a.png', 'b.png', 'c.png']) copyFileSync(place.photo, join(folder, name));
    const whole = readFileSync(place.photo);
    writeFileSync(join(folder, 'b.png'), whole.subarray(0, whole.length / 2));
    const run = ['immunize', folder, '--recipe', 'instant', '-o', join(folder, 'made'), '--json'];
    const { status, stdout } = await photoguardHere(run);
    const { results, errors } = JSON.parse(stdout);
    expect(status).toBe(1);
    expect(results.map(({ input }: { input: string }) => basename(input))).toEqual(['a.png', 'c.png']);
    expect(errors.map(({ input }: { input: string }) => basename(input))).toEqual(['b.png']);
    expect(readdirSync(join(folder, 'made'))).toEqual(['a.immunized.png', 'c.immunized.png']);
    const [a, c] = ['a', 'c'].map((name) => readFileSync(join(folder, 'made', `${name}.immunized.png`)));
    expect(a!.equals(c!)).toBe(true);
  });

  it('takes a model only with gradients against it', async () => {
    const refused = await instant('-m', place.model, '-o', place.fresh('no.png'));
    expect([refused.status, refused.stderr]).toEqual([2, expect.stringContaining('--recipe instant takes no model')]);
    const more = await instant('-m', place.model, '--steps', '2', '--size', 'fit:64', '-o', place.fresh('more.png'));
    expect(more.status, more.stderr).toBe(0);
    expect(more.stdout).toMatch(/2 gradients at/);
  });
});
