import { expect, it } from 'vitest';
import { concat, latin1 } from './bytes.ts';
import { leftBehind } from './left-behind.ts';

it('a HEIF thumbnail is told of', () => {
  const box = (type: string, content: Uint8Array) =>
    concat([Uint8Array.of(0, 0, 0, content.length + 8), latin1(type), content]);
  const file = (reference: string) =>
    concat([box('ftyp', latin1('avif')), box('meta', box('iref', latin1(reference)))]);
  expect(leftBehind(file('thmb'), 'avif')).toEqual(['the thumbnail of the HEIF file']);
  expect(leftBehind(file('cdsc'), 'avif')).toEqual([]);
});
