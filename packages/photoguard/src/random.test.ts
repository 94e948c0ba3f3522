import { describe, expect, it } from 'vitest';
import { Random, STREAMS, streamTable } from './random.ts';

describe('random numbers', () => {
  it('are the same on every machine, from now on', () => {
    expect([0, 1, 2].map((i) => new Random(0).bits(i))).toMatchInlineSnapshot(`
      [
        759007835,
        1385375829,
        1577256676,
      ]
    `);
    expect([...new Random(7, STREAMS.control).normal(2)].map((x) => x.toFixed(5))).toMatchInlineSnapshot(`
      [
        "0.93837",
        "-0.46591",
      ]
    `);
  });

  it('have the moments of their distributions', () => {
    const moments = (x: Float32Array) => {
      const mean = x.reduce((a, b) => a + b, 0) / x.length;
      return [mean, x.reduce((a, b) => a + (b - mean) ** 2, 0) / x.length];
    };
    const [mean, variance] = moments(new Random(5).normal(20_000));
    expect(mean).toBeCloseTo(0, 1);
    expect(variance).toBeCloseTo(1, 1);
    expect(moments(new Random(5).uniform(20_000, -1, 1))[1]).toBeCloseTo(1 / 3, 1);
  });

  it('of two streams or seeds have nothing to do with each other', () => {
    const correlation = (a: Float32Array, b: Float32Array) => a.reduce((s, x, i) => s + x * b[i]!, 0) / a.length;
    const base = new Random(1, STREAMS.start).normal(5000);
    expect(Math.abs(correlation(base, new Random(1, STREAMS.control).normal(5000)))).toBeLessThan(0.05);
    expect(Math.abs(correlation(base, new Random(2, STREAMS.start).normal(5000)))).toBeLessThan(0.05);
  });
});

describe('a table of streams', () => {
  it('gives numbers by name, and by an index within its row', () => {
    const streams = streamTable({ one: 3, many: [10, 5] });
    expect([streams.one, streams.many(0), streams.many(4)]).toEqual([3, 10, 14]);
    for (const index of [-1, 5, 0.5, Number.NaN]) expect(() => streams.many(index)).toThrow(/many has indexes 0 to 4/);
  });

  it('refuses rows that overlap, and numbers that are none', () => {
    expect(() => streamTable({ one: 3, other: 3 })).toThrow('the streams one and other overlap');
    expect(() => streamTable({ late: 14, many: [10, 5] })).toThrow('the streams many and late overlap');
    expect(streamTable({ next: 15, many: [10, 5] }).next).toBe(15);
    for (const row of [-1, 0.5, 2 ** 32, [2 ** 32 - 1, 2]] as const)
      expect(() => streamTable({ row })).toThrow(/no stream numbers: row/);
    expect(streamTable({ row: [0, 2 ** 32] }).row(2 ** 32 - 1)).toBe(2 ** 32 - 1);
  });

  it('keeps the numbers that results of a seed depend on', () => {
    expect([STREAMS.start, STREAMS.control, STREAMS.editStep(3)]).toEqual([0, 1, 1003]);
  });
});
