import { Draws } from 'photoguard/training';
import { describe, expect, it } from 'vitest';
import { STREAMS } from '../common/streams.ts';
import { drawTimesteps, drawVersions } from './batch-draws.ts';

describe('drawVersions', () => {
  it('draws by weight, none twice', () => {
    const first = Array.from(
      { length: 4000 },
      (_, step) => drawVersions(new Draws(1, STREAMS.rows(step)), Float64Array.of(1, 4), 1)[0],
    );
    expect(Math.abs(first.filter((i) => i === 1).length / 4000 - 0.75)).toBeLessThan(0.03);
    const all = drawVersions(new Draws(1, STREAMS.rows(0)), Float64Array.of(0.5, 1, 1.4), 3);
    expect(all.sort()).toEqual([0, 1, 2]);
  });
});

describe('drawTimesteps', () => {
  it('takes one of each part of the density', () => {
    const share = Float64Array.of(0.5, 0.75, 1); // timestep 0 as often as 1 and 2 together
    expect(drawTimesteps(new Draws(0, STREAMS.rows(0)), share, 4)).toEqual([0, 0, 1, 2]);
  });
});

describe('Draws', () => {
  it('is the same row of numbers for a seed and a stream', () => {
    const row = (seed: number, stream: number) => {
      const draws = new Draws(seed, STREAMS.rows(stream));
      return Array.from({ length: 5 }, () => draws.next());
    };
    expect(row(1, 2)).toEqual(row(1, 2));
    expect(row(1, 2)).not.toEqual(row(1, 3));
    expect(row(1, 2)).not.toEqual(row(2, 2));
  });

  it('reaches both ends of a range of whole numbers', () => {
    const draws = new Draws(5, STREAMS.rows(0));
    const seen = new Set(Array.from({ length: 200 }, () => draws.between(3, 6)));
    expect([...seen].sort()).toEqual([3, 4, 5, 6]);
  });
});
