// `immunize --recipe instant`: a protection in one pass of the embedded network.
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

  it('takes a model only with gradients against it', async () => {
    const refused = await instant('-m', place.model, '-o', place.fresh('no.png'));
    expect([refused.status, refused.stderr]).toEqual([2, expect.stringContaining('--recipe instant takes no model')]);
    const more = await instant('-m', place.model, '--steps', '2', '--size', 'fit:64', '-o', place.fresh('more.png'));
    expect(more.status, more.stderr).toBe(0);
    expect(more.stdout).toMatch(/2 gradients at/);
  });
});
