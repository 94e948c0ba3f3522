import { describe, expect, it } from 'vitest';
import { type ImmunizationRecord, parseRecord, recordText } from './record.ts';
import { RECORD } from './testing/record.ts';

const changed = (change: Record<string, unknown>): string =>
  JSON.stringify({ ...(JSON.parse(recordText(RECORD)) as object), ...change });

describe('a record as text', () => {
  it('comes back as it was', () => {
    expect(parseRecord(recordText(RECORD))).toEqual(RECORD);
  });
  it('does not depend on the order in which it was made', () => {
    const turned = Object.fromEntries(Object.entries(RECORD).reverse()) as unknown as ImmunizationRecord;
    expect(recordText(turned)).toBe(recordText(RECORD));
  });
  it('may hold fields that this version does not know, which are passed over', () => {
    expect(parseRecord(changed({ later: { more: 1 } }))).toEqual(RECORD);
  });
  it.each([
    ['nothing', ''],
    ['half of one', recordText(RECORD).slice(0, 90)],
    ['a number', '7'],
    ['null', 'null'],
    ['another form', changed({ form: 2 })],
    ['no models', changed({ models: [] })],
    ['a thousand models', changed({ models: Array.from({ length: 1000 }, () => ({ ref: 'x' })) })],
    ['a model that is text', changed({ models: ['taesd'] })],
    ['a reference of several lines', changed({ models: [{ ref: 'a\nb' }] })],
    ['a hash that is none', changed({ original: 'abc' })],
    ['no size', changed({ size: [512] })],
    ['a size of nothing', changed({ size: [0, 512] })],
    ['a negative bound', changed({ eps255: -1 })],
    ['an attack without a proper name', changed({ attack: 'Say a prayer' })],
    ['far too much', changed({ later: 'x'.repeat(20_000) })],
    ['a bound of several long lines', changed({ eps255: 'x\n'.repeat(5000) })],
    ['a size with an object that has a toString of its own', changed({ size: { toString: 1 } })],
    ['a seed that is one', changed({ seed: { toString: 1 } })],
  ])('is refused in one short line where it is %s', (_, text) => {
    expect(() => parseRecord(text)).toThrow(/^the photo's record cannot be used: .{1,200}$/);
  });
});
