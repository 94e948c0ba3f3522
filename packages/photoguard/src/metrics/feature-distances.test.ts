import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Features, frechetDistance, kernelDistance, precisionRecall, rowCosines } from './index.ts';

describe('the Fréchet distance', () => {
  it('of Gaussians in one dimension is (difference of means)^2 + (difference of deviations)^2', () => {
    const [a, b] = [rows([[1], [3]]), rows([[10], [14], [18]])];
    expect(frechetDistance(a, b)).toBeCloseTo((14 - 2) ** 2 + (4 - Math.SQRT2) ** 2, 10);
  });

  it('is 0 of a set with itself, with more rows than dimensions and with fewer', () => {
    expect(frechetDistance(sample(50, 6, 1), sample(50, 6, 1))).toBeCloseTo(0, 8);
    expect(frechetDistance(sample(5, 40, 1), sample(5, 40, 1))).toBeCloseTo(0, 8);
  });

  it('is symmetric, and the same after any shift of both', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 9 }), fc.integer({ min: 2, max: 9 }), fc.nat(1000), (n, m, seed) => {
        const [a, b] = [sample(n, 5, seed), sample(m, 5, seed + 1, 1.5)];
        const moved = (set: Features): Features => ({ ...set, data: set.data.map((value) => value + 100) });
        const distance = frechetDistance(a, b);
        expect(frechetDistance(b, a)).toBeCloseTo(distance, 8);
        expect(frechetDistance(moved(a), moved(b))).toBeCloseTo(distance, 8);
      }),
      { numRuns: 40 },
    );
  });

  it('is by the same formula on both sides of as many rows as dimensions', () => {
    // Repeating every row leaves means and, but for n / (n - 1), covariances: singular ones stay singular.
    const [few, other] = [sample(6, 8, 3), sample(6, 8, 4)];
    const twice = (set: Features): Features => ({
      ...set,
      count: 12,
      data: Float64Array.from([...set.data, ...set.data]),
    });
    const spread = (a: Features, b: Features): number => frechetDistance(a, b) - meanDistance(a, b);
    expect(spread(twice(few), twice(other)) / spread(few, other)).toBeCloseTo((12 / 11) * (5 / 6), 8);
  });

  it('grows with a shift of one set', () => {
    const shifted = [0, 0.5, 1, 2].map((by) => frechetDistance(sample(60, 4, 1), sample(60, 4, 2, 1, by)));
    expect(shifted).toEqual(shifted.toSorted((a, b) => a - b));
  });
});

describe('the kernel distance', () => {
  it('is about 0 of two samples of one distribution, on either side, and grows with a shift', () => {
    const same = Array.from({ length: 20 }, (_, i) => kernelDistance(sample(40, 4, 2 * i), sample(40, 4, 2 * i + 1)));
    expect(Math.min(...same)).toBeLessThan(0);
    expect(Math.max(...same)).toBeGreaterThan(0);
    const shifted = [0.5, 1, 2].map((by) => kernelDistance(sample(40, 4, 1), sample(40, 4, 2, 1, by)));
    expect(shifted).toEqual(shifted.toSorted((a, b) => a - b));
    expect(shifted[0]).toBeGreaterThan(Math.max(...same));
  });

  it('follows its definition', () => {
    const kernel = (x: number, y: number): number => (x * y + 1) ** 3;
    const expected = kernel(1, 2) + kernel(3, 5) - (kernel(1, 3) + kernel(1, 5) + kernel(2, 3) + kernel(2, 5)) / 2;
    expect(kernelDistance(rows([[1], [2]]), rows([[3], [5]]))).toBeCloseTo(expected, 10);
  });

  it('of sets of one size does not depend on whose rows are counted', () => {
    const [a, b] = [sample(9, 3, 1), sample(9, 3, 2)];
    expect(kernelDistance(a, b, { rows: 'first' })).toBe(kernelDistance(a, b));
  });
});

describe('precision, recall, density, coverage', () => {
  it('are all 0 of sets far apart', () => {
    const scores = precisionRecall(sample(20, 3, 1), sample(20, 3, 2, 1, 1000));
    expect(scores).toEqual({ precision: 0, recall: 0, density: 0, coverage: 0 });
  });

  it('of a set with itself are 1, and density counts the k + 1 balls around a feature at most', () => {
    const set = sample(40, 3, 1);
    const { precision, recall, density, coverage } = precisionRecall(set, set, 3);
    expect([precision, recall, coverage]).toEqual([1, 1, 1]);
    expect(density).toBeCloseTo(1, 12); // every ball holds its own centre and k - 1 neighbours
  });

  it('tell apart what precision and recall are for', () => {
    const wide = sample(80, 2, 1, 3);
    const narrow = sample(80, 2, 2, 0.3);
    const kept = precisionRecall(wide, narrow);
    expect(kept.precision).toBeGreaterThan(0.9);
    expect(kept.recall).toBeLessThan(0.3);
    const swapped = precisionRecall(narrow, wide);
    expect([swapped.precision, swapped.recall]).toEqual([kept.recall, kept.precision]);
  });

  it('do not change when both sets are scaled', () => {
    const scaled = (set: Features): Features => ({ ...set, data: set.data.map((value) => value * 8) });
    const [a, b] = [sample(30, 4, 1), sample(30, 4, 2, 1, 0.7)];
    expect(precisionRecall(scaled(a), scaled(b))).toEqual(precisionRecall(a, b));
  });
});

describe('cosines of rows', () => {
  it('are those of the vectors, whatever their lengths', () => {
    const cosines = rowCosines(
      rows([
        [1, 0],
        [2, 2],
        [0, -3],
      ]),
      rows([
        [5, 0],
        [-2, 2],
        [0, 1],
      ]),
    );
    expect([...cosines].map((value) => Math.round(value * 1e12) / 1e12)).toEqual([1, 0, -1]);
  });
});

describe('sets that cannot be compared', () => {
  const set = sample(8, 3, 1);
  it.each([
    ['different networks', () => frechetDistance(set, sample(8, 4, 1)), /same network.*3 and 4/],
    ['too few rows', () => kernelDistance(set, sample(1, 3, 1)), /at least 2 pictures.*got 1/],
    ['too few rows for k', () => precisionRecall(set, set, 8), /k = 8 needs at least 9.*got 8/],
    ['numbers that are missing', () => frechetDistance(set, { ...set, count: 9 }), /9 features of 3.*24 numbers/],
    [
      'numbers that are not finite',
      () => kernelDistance(set, { ...set, data: set.data.map((v, i) => (i === 7 ? NaN : v)) }),
      /feature 1 of row 2/,
    ],
    ['rows without a partner', () => rowCosines(set, sample(7, 3, 1)), /same number of rows.*8 and 7/],
  ] as const)('are refused: %s', (_, attempt, message) => {
    expect(attempt).toThrow(message);
  });
});

function rows(values: readonly (readonly number[])[]): Features {
  return { count: values.length, dimensions: values[0]!.length, data: Float64Array.from(values.flat()) };
}

// Sums of uniform numbers, nearly normal.
function sample(count: number, dimensions: number, seed: number, deviation = 1, mean = 0): Features {
  let state = (Math.imul(seed + 1, 0x9e3779b1) ^ 0x5bd1e995) >>> 0;
  const uniform = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const normal = (): number => Array.from({ length: 12 }, uniform).reduce((a, b) => a + b, -6);
  const data = Float64Array.from({ length: count * dimensions }, () => mean + deviation * normal());
  return { count, dimensions, data };
}

function meanDistance(a: Features, b: Features): number {
  const mean = ({ count, dimensions, data }: Features, d: number): number =>
    Array.from({ length: count }, (_, i) => data[i * dimensions + d]!).reduce((x, y) => x + y, 0) / count;
  let sum = 0;
  for (let d = 0; d < a.dimensions; d++) sum += (mean(a, d) - mean(b, d)) ** 2;
  return sum;
}
