import { describe, expect, it } from 'vitest';
import { Random } from '../random.ts';
import { bootstrapMean } from './bootstrap.ts';

describe('bootstrapMean', () => {
  it('has no interval for equal values, and no estimate without any', () => {
    expect(bootstrapMean([2, 2, 2], 0)).toEqual({ mean: 2, low: 2, high: 2 });
    expect(bootstrapMean([], 0)).toBeUndefined();
  });

  it('gives the interval of the normal distribution for many values', () => {
    const values = [...new Random(3).normal(400)];
    const { mean, low, high } = bootstrapMean(values, 0)!;
    const deviation = Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length);
    const half = (1.96 * deviation) / Math.sqrt(values.length);
    expect(Math.abs(mean - low - half)).toBeLessThan(0.1 * half);
    expect(Math.abs(high - mean - half)).toBeLessThan(0.1 * half);
  });

  it('holds the true mean about 95 times in 100', () => {
    const held = Array.from({ length: 200 }, (_, k) => bootstrapMean([...new Random(k).normal(30)], k)!);
    const share = held.filter(({ low, high }) => low <= 0 && high >= 0).length / held.length;
    expect(share).toBeGreaterThan(0.88);
    expect(share).toBeLessThan(0.99);
  });

  it('gives the same interval on every machine, from now on', () => {
    const values = [...new Random(3).normal(40)];
    expect(bootstrapMean(values, 5)).toEqual({ mean: -0.1319657, low: -0.3933661, high: 0.1202911 });
  });

  it('depends on the seed, and on nothing else', () => {
    const values = [1, 2, 4, 8];
    expect(bootstrapMean(values, 1)).toEqual(bootstrapMean(values, 1));
    expect(bootstrapMean(values, 1)!.mean).toBe(3.75);
  });
});
