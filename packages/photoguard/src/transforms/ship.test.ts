import { describe, expect, it } from 'vitest';
import { parseDraws } from './draw.ts';
import { parseShip } from './ship.ts';

describe('what a photo is shipped in', () => {
  it('is a JPEG with its quality and chroma', () => {
    expect(parseShip('jpeg:85')).toEqual({ format: 'jpeg', quality: 85, chroma: '420' });
    expect(parseShip('jpeg:90:chroma=444')).toEqual({ format: 'jpeg', quality: 90, chroma: '444' });
  });

  it.each(['webp:85', 'jpeg:85 > resize:0.5', 'jpeg:85; jpeg:90', 'jpeg:850', 'none'])('is not %s', (spec) => {
    expect(() => parseShip(spec)).toThrow();
  });

  it('comes before whatever else is drawn', () => {
    const { spec, extremes } = parseDraws('none; resize:0.4..1', 'jpeg:85');
    expect(spec).toBe('jpeg:85 > none; jpeg:85 > resize:0.4..1');
    for (const one of extremes) expect(one.spec).toMatch(/^jpeg:85/);
  });
});
