import { Draws } from 'photoguard/training';
import { describe, expect, it } from 'vitest';
import { versionStream } from '../common/streams.ts';
import { centreSquare, cut, randomSquare } from './crops.ts';
import type { CaptionedPhoto } from './photo-set.ts';
import { findWeight, folderKind, listVersions, makeExample } from './versions.ts';

const row = (file: string, split: CaptionedPhoto['split'] = 'train'): CaptionedPhoto => ({
  ...{ file, split, caption: 'a photo of a rose', label: 'rose' },
});
/** Red tells the column. */
const photo = (width: number, height: number) => ({
  ...{ file: '', width, height },
  data: Uint8Array.from({ length: width * height * 3 }, (_, i) => (i % 3 === 0 ? Math.floor(i / 3) % width : 100)),
});

describe('versions', () => {
  it('are four of a portrait, two of other photos, one of a validation photo', () => {
    const rows = [row('portraits/a.jpg'), row('flowers/b.jpg'), row('portraits/c.jpg', 'validation'), row('d.jpg')];
    const versions = listVersions(rows).map(({ photo, version }) => `${photo}.${version}`);
    expect(versions).toEqual(['0.0', '1.0', '2.0', '3.0', '0.1', '1.1', '3.1', '0.2', '0.3']);
    expect(rows.map(findWeight)).toEqual([0.5, 0.5, 0, 0.5]);
    expect(rows.map(folderKind)).toEqual(['portraits', 'flowers', 'portraits', '']);
  });

  it('depend on seed, name and version', () => {
    const made = (file: string, version: number, seed: number) =>
      makeExample(row(file), photo(40, 30), version, { seed, side: 16 });
    expect(made('a', 0, 1)).toEqual(made('a', 0, 1));
    for (const other of [made('b', 0, 1), made('a', 2, 1), made('a', 0, 2)]) expect(other).not.toEqual(made('a', 0, 1));
  });

  it('are mirrored where they are odd', () => {
    const across = (version: number) => {
      const { rgb } = makeExample(row('a'), photo(40, 30), version, { seed: 0, side: 16 });
      return Math.sign(rgb[45]! - rgb[0]!);
    };
    expect([0, 1, 2, 3].map(across)).toEqual([1, -1, 1, -1]);
  });

  it('of validation photos are the middle', () => {
    const { rgb } = makeExample(row('a', 'validation'), photo(48, 16), 0, { seed: 0, side: 16 });
    expect([rgb[0], rgb[45]]).toEqual([16, 31]);
  });
});

describe('crops', () => {
  it('lie within the photo, at many places, and in the upper half of portraits', () => {
    const sizes = [
      { width: 136, height: 136 },
      { width: 136, height: 200 },
      { width: 301, height: 137 },
    ];
    for (const size of sizes)
      for (const kind of ['flowers', 'portraits']) {
        const squares = Array.from({ length: 300 }, (_, i) => randomSquare(size, kind, new Draws(3, versionStream(i))));
        const least = Math.min(size.width, size.height);
        for (const { left, top, side } of squares) {
          expect(side).toBeGreaterThanOrEqual(Math.floor(0.86 * least));
          expect(side).toBeLessThanOrEqual(least);
          expect(Math.min(left, top)).toBeGreaterThanOrEqual(0);
          expect(left + side).toBeLessThanOrEqual(size.width);
          const lowest = kind === 'portraits' ? (size.height - side) / 2 : size.height - side;
          expect(top).toBeLessThanOrEqual(lowest);
        }
        expect(new Set(squares.map((square) => `${square.left} ${square.top} ${square.side}`)).size).toBeGreaterThan(
          60,
        );
      }
    expect(centreSquare({ width: 10, height: 30 }, 'flowers')).toEqual({ left: 0, top: 10, side: 10 });
    expect(centreSquare({ width: 10, height: 30 }, 'portraits')).toEqual({ left: 0, top: 5, side: 10 });
  });

  it('keep their pixels where the size is the same', () => {
    const pixels = cut(photo(9, 7), { left: 2, top: 1, side: 4 }, 4);
    expect([...pixels].filter((_, i) => i % 3 === 0).slice(0, 5)).toEqual([2, 3, 4, 5, 2]);
  });
});
