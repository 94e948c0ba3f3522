import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { PhotoGuardError } from '../errors.ts';
import { flag, hash, list, number, object, oneOf, only, orDefault, parseJson, validate, whole } from './index.ts';

const SOURCE = { label: 'x.json', code: 'config', hint: 'write it again' } as const;
const read = <T>(schema: z.ZodMiniType<T>, value: unknown): T => validate(schema, value, SOURCE);
const catchError = (schema: z.ZodMiniType, value: unknown): unknown => {
  try {
    return read(schema, value);
  } catch (error) {
    expect(error).toBeInstanceOf(PhotoGuardError);
    return error;
  }
};
const deep = (depth: number): unknown => JSON.parse('['.repeat(depth) + ']'.repeat(depth));

describe('what does not fit', () => {
  const schema = object({
    size: orDefault(whole(1, 8), 4),
    parts: list(object({ name: oneOf('left', 'right') }), 1, 2, 'one or two parts'),
  });
  const parts = [{ name: 'left' }];

  it.each([
    [{ parts, size: 9 }, 'x.json: size must be a whole number from 1 to 8 (got 9); write it again'],
    [{ parts, size: 1.5 }, 'x.json: size must be a whole number from 1 to 8 (got 1.5); write it again'],
    [{ parts, size: 1e300 }, 'x.json: size must be a whole number from 1 to 8 (got 1e+300); write it again'],
    [{ parts, size: Number.NaN }, 'x.json: size must be a whole number from 1 to 8 (got NaN); write it again'],
    [{}, 'x.json: parts must be one or two parts (got none); write it again'],
    [{ parts: [] }, 'x.json: parts must be one or two parts (got []); write it again'],
    [
      { parts: [...parts, { name: 'toString' }] },
      'x.json: parts[1].name must be left or right (got "toString"); write it again',
    ],
    [[], 'x.json: it must be a JSON object (got []); write it again'],
    [null, 'x.json: it must be a JSON object (got null); write it again'],
  ])('is named with its key, what it must be and what it is: %j', (value, message) => {
    expect(catchError(schema, value)).toMatchObject({ code: 'config', message, hint: 'write it again' });
  });

  it('is shown in one short line, whatever it is', () => {
    for (const value of ['x\n'.repeat(1e5), new Array(1e5).fill('y'), deep(1e5), 10n, () => 0])
      for (const key of ['size', 'a\nb'.repeat(1000)]) {
        const each = z.record(z.string(), whole(1, 8));
        const { message } = catchError(each, { [key]: value }) as Error;
        expect(message).toMatch(/^x\.json: .* must be a whole number from 1 to 8 \(got .*\); write it again$/);
        expect(message.length).toBeLessThan(250);
      }
  });

  it('is not looked for outside the data', () => {
    const schema = object({ constructor: z.string('a text') });
    expect(() => read(schema, {})).toThrow(/constructor must be a text \(got none\)/);
  });

  it('is the length of a list with too many elements, at which nobody looks', () => {
    let looked = 0;
    const counted = z.custom(() => {
      looked++;
      return false;
    }, 'another');
    expect(() => read(list(counted, 0, 4, 'up to 4'), new Array(1000).fill('x'))).toThrow(/must be up to 4/);
    expect(looked).toBe(0);
    expect(() => read(list(counted, 0, 4, 'up to 4'), ['x'])).toThrow(/\[0\] must be another \(got "x"\)/);
  });
});

describe('what fits', () => {
  it('has defaults where a key is absent or null, and no keys that are not known', () => {
    const schema = object({
      size: orDefault(whole(1, 8), 4),
      on: z._default(flag(), true),
      rate: z.optional(number(0, 1)),
    });
    const polluting: unknown = JSON.parse('{"size": null, "__proto__": {"rate": 0.5}, "other": 1}');
    expect(read(schema, polluting)).toEqual({ size: 4, on: true });
    expect(read(schema, { size: 8, on: false, rate: 0 })).toEqual({ size: 8, on: false, rate: 0 });
  });

  it('may be one of some values, of which null is also the absent key and the empty list', () => {
    const schema = object({ key: only(null, 'zero') });
    for (const value of [{}, { key: null }, { key: [] }]) expect(read(schema, value)).toEqual({ key: null });
    expect(read(schema, { key: 'zero' })).toEqual({ key: 'zero' });
    expect(() => read(schema, { key: 0 })).toThrow(/key must be null or "zero" \(got 0\)/);
  });

  it('is a hash in lower case', () => {
    expect(read(hash(), 'ab'.repeat(32))).toBe('ab'.repeat(32));
    for (const text of ['AB'.repeat(32), `${'ab'.repeat(32)}\n`, 'ab'])
      expect(() => read(hash(), text)).toThrow(/SHA-256/);
  });
});

it('a text that is not JSON is shown by its beginning', () => {
  expect(parseJson('[1]', SOURCE)).toEqual([1]);
  expect(() => parseJson('{"size": \n'.repeat(100), SOURCE)).toThrow(
    /^x\.json: not valid JSON \(got "\{.{0,80}\.\.\.\)/,
  );
});
