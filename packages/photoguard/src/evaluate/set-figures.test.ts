import { describe, expect, it } from 'vitest';
import { setFigures } from './set-figures.ts';

// Four photos on the corners of a square, one edit each, with features of two dimensions.
const CLEAN = [
  [0, 0],
  [1, 0],
  [0, 1],
  [1, 1],
] as const;
const computeFigures = (moved: (photo: readonly [number, number], i: number) => readonly [number, number]) => {
  const row = (values: readonly number[]): Float32Array => Float32Array.from(values);
  const rows = new Map(
    CLEAN.flatMap((at, i) => [[`clean.${i}`, row(at)] as const, [`edit.${i}`, row(moved(at, i))] as const]),
  );
  const cells = (name: string) => CLEAN.map((_, i) => ({ key: `${name}.${i}`, purifier: 0 }));
  const photos = CLEAN.map((_, i) => `clean.${i}`);
  return setFigures({ name: 'test', rows }, { edits: cells('edit'), clean: cells('clean'), photos, seeds: 1 });
};

describe('what a Fréchet distance sees of a shift', () => {
  it('is all of it where every edit moves the same way', () => {
    const { frechet, shift, commonShift } = computeFigures(([x, y]) => [x + 3, y]);
    expect([shift, commonShift]).toEqual([9, 1]);
    expect(frechet).toBeCloseTo(9, 4);
  });

  it('is nothing of it where edits only change places', () => {
    const { frechet, shift, commonShift } = computeFigures((_, i) => CLEAN[3 - i]!);
    expect([shift, commonShift]).toEqual([2, 0]);
    expect(frechet).toBeCloseTo(0, 4);
  });

  it('is not told where nothing moved', () => {
    expect(computeFigures((at) => at)).toMatchObject({ shift: 0, commonShift: null });
  });
});
