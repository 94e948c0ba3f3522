import { Random } from 'photoguard/random';
import { describe, expect, it } from 'vitest';
import { STREAMS } from '../common/streams.ts';
import { attackDraws } from './distil.ts';

const COUNT = 4000;
const steps = Array.from({ length: COUNT }, (_, step) => attackDraws(3, step));

/** Correlation of two rows of numbers. */
function correlation(a: readonly number[], b: readonly number[]): number {
  const centred = (x: readonly number[]) => {
    const mean = x.reduce((sum, v) => sum + v, 0) / x.length;
    return x.map((v) => v - mean);
  };
  const [x, y] = [centred(a), centred(b)];
  const product = (p: number[], q: number[]) => p.reduce((sum, v, i) => sum + v * q[i]!, 0);
  return product(x, y) / Math.sqrt(product(x, x) * product(y, y));
}

describe('what is drawn for the attack of a step', () => {
  it('is within its range, towards other pictures half of the time', () => {
    const strengths = steps.map((draws) => draws.strengths(1)[0]!);
    expect(Math.min(...strengths)).toBeGreaterThanOrEqual(4 / 255 - 1e-7);
    expect(Math.max(...strengths)).toBeLessThanOrEqual(20 / 255);
    expect(steps.filter(({ isTowardsOther }) => isTowardsOther).length / COUNT).toBeCloseTo(0.5, 1);
    expect(steps.slice(0, 99).every((draws) => draws.start(9).every((x) => x >= -1 && x <= 1))).toBe(true);
  });

  it('has nothing to do with the crops of that step, with each other, or with the next seed', () => {
    const rows = {
      photo: steps.map((_, step) => new Random(3, STREAMS.crops(step)).uniform(1, 0, 1)[0]!),
      strength: steps.map((draws) => draws.strengths(1)[0]!),
      target: steps.map(({ isTowardsOther }) => Number(isTowardsOther)),
      start: steps.map((draws) => draws.start(1)[0]!),
      secondStart: steps.map((draws) => draws.start(2)[1]!),
      noise: steps.map((_, step) => new Random(3, STREAMS.latentNoise(step)).bits(0) / 2 ** 32),
      nextPhoto: steps.map((_, step) => new Random(4, STREAMS.crops(step)).uniform(1, 0, 1)[0]!),
    };
    const named = Object.entries(rows);
    for (const [i, [one, a]] of named.entries())
      for (const [other, b] of named.slice(i + 1))
        expect({ [`${one}, ${other}`]: Math.abs(correlation(a, b)) < 0.06 }).toEqual({ [`${one}, ${other}`]: true });
  });
});
