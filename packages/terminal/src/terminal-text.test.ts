import { describe, expect, it } from 'vitest';
import { countColumns, cutTo, shortenedTo } from './terminal-text.ts';

describe('text on a terminal', () => {
  it.each([
    ['photo.png', 9],
    ['写真.png', 8],
    ['사진', 4],
    ['ｆｕｌｌ', 8],
    ['👩‍👩‍👧', 2],
    ['❤️', 2],
    ['🇨🇭x', 3],
    ['e\u0301te\u0301', 3],
    ['', 0],
  ])('%s takes %i columns', (text, columns) => expect(countColumns(text)).toBe(columns));

  it('is cut between characters that people see', () => {
    expect(cutTo('写真.png', 3)).toBe('写');
    expect(cutTo('a👩‍👩‍👧b', 2)).toBe('a');
    expect(cutTo('e\u0301te\u0301', 1)).toBe('e\u0301');
    expect(cutTo('short', 80)).toBe('short');
  });

  it('is shortened in the middle, and fits', () => {
    expect(shortenedTo('holiday/IMG_0001.jpg', 11)).toBe('holid…1.jpg');
    expect(shortenedTo('写真写真写真写真.png', 9)).toBe('写真….png');
    for (let columns = 1; columns < 24; columns++)
      for (const text of ['写真写真写真写真.png', 'holiday/IMG_0001.jpg', '👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧'])
        expect(countColumns(shortenedTo(text, columns))).toBeLessThanOrEqual(columns);
  });
});
