import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Argument } from '../transforms/index.ts';
import { wordText } from '../transforms/index.ts';
import { parsePurifier, parsePurifiers } from './parse.ts';
import { PURIFIERS } from './table.ts';

const canonical = (spec: string): string => parsePurifier(spec).spec;

describe('a purifier has one canonical text', () => {
  it.each([
    ['jpeg', 'jpeg:75'],
    ['jpeg:75', 'jpeg:75'],
    [' jpeg : 075 ', 'jpeg:75'],
    ['jpeg:quality=60', 'jpeg:60'],
    ['jpeg:60:444', 'jpeg:60:chroma=444'],
    ['jpeg:chroma=444', 'jpeg:75:chroma=444'],
    ['jpeg:"75"', 'jpeg:75'],
    ['resize:.5:bicubic', 'resize:0.5'],
    ['rotate:-0', 'rotate:0'],
    ['none', 'none'],
    ['none > none', 'none'],
    ['none > jpeg', 'jpeg:75'],
    ['jpeg:75>resize:0.5', 'jpeg:75 > resize:0.5'],
  ])('%s is %s', (spec, expected) => {
    expect(canonical(spec)).toBe(expected);
  });

  it('that parses back to itself, whatever the arguments', () => {
    fc.assert(
      fc.property(fc.array(anyCall(), { minLength: 1, maxLength: 4 }), (calls) => {
        const spec = canonical(calls.join('>'));
        expect(canonical(spec)).toBe(spec);
      }),
    );
  });

  it('in which words that hold separators are quoted', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (text) => {
        const word = wordText(text);
        expect(/[;>:="]/.test(text) || text !== text.trim()).toBe(word.startsWith('"'));
      }),
    );
  });
});

describe('a list of purifiers', () => {
  it('has them in its order, chains among them', () => {
    const list = parsePurifiers('none; jpeg:75; resize:0.5; jpeg:75 > resize:0.5');
    expect(list.map(({ spec }) => spec)).toEqual(['none', 'jpeg:75', 'resize:0.5', 'jpeg:75 > resize:0.5']);
    expect(list.map(({ needs }) => needs)).toEqual(['nothing', 'nothing', 'nothing', 'nothing']);
  });

  it('has each once', () => {
    expect(() => parsePurifiers('jpeg; none; jpeg:75')).toThrow(
      'purifiers, character 13: each purifier is given once (got jpeg:75)',
    );
  });
});

describe('a mistake is named with its place, what was got, and what there is', () => {
  it.each([
    ['none; jepg:75', 'purifiers, character 7: a purifier is expected (got jepg); there are: none, jpeg, webp,'],
    ['', 'purifiers, character 1: a purifier is expected (got nothing); there are: none'],
    ['jpeg;', 'purifiers, character 6: a purifier is expected (got nothing)'],
    ['jpeg > > none', 'purifiers, character 8: a purifier is expected (got nothing)'],
    ['constructor', 'purifiers, character 1: a purifier is expected (got constructor)'],
    ['jpeg:0', 'purifiers, character 6: jpeg: quality is a whole number from 1 to 100 (got 0)'],
    ['jpeg:75.5', 'jpeg: quality is a whole number from 1 to 100 (got 75.5)'],
    ['jpeg:', 'purifiers, character 6: jpeg: quality is a whole number from 1 to 100 (got nothing)'],
    ['jpeg:0x10', 'jpeg: quality is a whole number from 1 to 100 (got 0x10)'],
    ['jpeg:75:411', 'purifiers, character 9: jpeg: chroma is 420, 444 (got 411)'],
    ['jpeg:75:444:1', 'purifiers, character 13: jpeg has no third argument (got 1); its arguments: quality, chroma'],
    ['none:1', 'purifiers, character 6: none has no first argument (got 1); it has no arguments'],
    ['jpeg:speed=2', 'purifiers, character 6: jpeg has no such argument (got speed); its arguments: quality, chroma'],
    ['jpeg:toString=2', 'purifiers, character 6: jpeg has no such argument (got toString)'],
    ['jpeg:75:quality=80', 'purifiers, character 9: jpeg: quality is given twice (got 80)'],
    ['jpeg:quality=80:444', 'jpeg: arguments without a name come before those with one (got 444)'],
    ['median:4', 'median: side is an odd number from 1 to 31 pixels (got 4)'],
    ['resize:NaN', 'resize: factor is a number from 0.01 to 8 (got NaN)'],
    ['jpeg:"75', 'purifiers, character 6: a quote begins or ends a word, in pairs (got "75)'],
    ['jpeg:"75"x', 'purifiers, character 10: a quoted word must be followed by ; or > or : or the end (got x)'],
  ])('%s', (spec, message) => {
    expect(() => parsePurifiers(spec)).toThrow(message);
  });

  it('a list where one is asked for', () => {
    expect(() => parsePurifier('jpeg; none')).toThrow('purifiers, character 7: only one purifier is allowed here');
  });
});

function anyCall(): fc.Arbitrary<string> {
  const kinds = Object.entries(PURIFIERS);
  return fc.constantFrom(...kinds).chain(([name, kind]) => {
    const words = Object.entries(kind.arguments).map(([key, argument]) =>
      anyValue(argument).map((value) => `${key}=${wordText(String(value))}`),
    );
    return fc.tuple(...words).map((all) => [name, ...all].join(':'));
  });
}

function anyValue(argument: Argument): fc.Arbitrary<string | number> {
  if (argument.kind === 'choice') return fc.constantFrom(...argument.words);
  if (argument.kind === 'file') return fc.string({ minLength: 1 });
  const { kind, min, max, odd } = argument;
  if (kind === 'integer') return fc.integer({ min, max }).map((n) => (odd && n % 2 === 0 ? n - 1 : n));
  return fc.double({ min, max, noNaN: true });
}
