import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openFigures } from './attack-figures.ts';

describe('figures of attacks', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'photoguard-figures-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const figure = { photo: 0, eps: 4, arm: 'mist', mode: 'time', gradients: 9, seconds: 1.5, ssim: 0.8 } as const;

  it('are there when a run is resumed, with the speeds that were measured first', () => {
    const path = join(folder, 'figures.jsonl');
    const first = openFigures(path);
    first.addSpeed('mist', 0.25);
    first.addFigure(figure);
    writeFileSync(path, '{"photo":1,"ep', { flag: 'a' });
    const again = openFigures(path);
    expect([again.figures, again.speeds.get('mist')]).toEqual([[figure], 0.25]);
    again.addFigure({ ...figure, photo: 1 });
    expect(openFigures(path).figures.map(({ photo }) => photo)).toEqual([0, 1]);
    expect(readFileSync(path, 'utf8').split('\n')).toHaveLength(4);
  });

  it('that do not fit are named by their line', () => {
    const path = join(folder, 'wrong.jsonl');
    writeFileSync(path, `${JSON.stringify({ ...figure, ssim: 'high' })}\n`);
    expect(() => openFigures(path)).toThrow(`${path}: line 1`);
  });
});
