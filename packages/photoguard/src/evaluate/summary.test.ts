import { describe, expect, it } from 'vitest';
import { completeCells, parseLines } from './results.ts';
import { type SummaryInput, summarise } from './summary.ts';
import { displacementTable, paperTable, purifierTable } from './tables.ts';
import { sampleFeatures, sampleLines, samplePlan, sampleSsim } from './testing/sample.ts';

const input: SummaryInput = { plan: samplePlan, lines: sampleLines(), leftOut: [], features: sampleFeatures() };
const findRow = (summary: ReturnType<typeof summarise>, arm: string, purifier = 'none') =>
  summary.rows.find((row) => row.arm === arm && row.purifier === purifier)!;

describe('summarise', () => {
  it('averages over seeds, then over photos', () => {
    const photos = ['a', 'b', 'c', 'd'].map((photo) =>
      [0, 1].reduce((sum, seed) => sum + sampleSsim({ arm: 'encoder', purifier: 'none', photo, seed }) / 2, 0),
    );
    const { mean, low, high } = findRow(summarise(input), 'encoder').distance.ssim!;
    expect(mean).toBeCloseTo(photos.reduce((a, b) => a + b, 0) / 4, 6);
    expect(low).toBeGreaterThanOrEqual(Math.min(...photos) - 1e-6);
    expect(high).toBeLessThanOrEqual(Math.max(...photos) + 1e-6);
  });

  it('pairs differences by photo: what all arms share has no interval', () => {
    const { mean, low, high } = findRow(summarise(input), 'encoder').distanceMinusNoise!.ssim!;
    for (const value of [mean, low, high]) expect(value).toBeCloseTo(-0.2, 6);
    expect(findRow(summarise(input), 'noise').distanceMinusNoise).toBeUndefined();
  });

  it('takes the purifier that is best for the editor: one for all, and one for each photo', () => {
    const worst = summarise(input).worst.find(({ arm }) => arm === 'encoder')!.distance.ssim!;
    expect(worst.purifier).toBe('jpeg:75');
    const each = ['a', 'b', 'c', 'd'].map((photo) =>
      Math.max(
        ...['none', 'jpeg:75'].map((purifier) =>
          [0, 1].reduce((sum, seed) => sum + sampleSsim({ arm: 'encoder', purifier, photo, seed }) / 2, 0),
        ),
      ),
    );
    expect(worst.eachPhoto!.mean).toBeCloseTo(each.reduce((a, b) => a + b, 0) / 4, 6);
  });

  it('takes the least displacement of each photo as its worst case', () => {
    const { distance } = summarise(input).worst.find(({ arm }) => arm === 'encoder')!;
    expect(distance.displacement!.purifier).toBe(distance.ssim!.purifier);
    expect(distance.displacement!.eachPhoto!.mean).toBeCloseTo(1 - distance.ssim!.eachPhoto!.mean, 6);
    const { columns, rows } = displacementTable(summarise(input));
    expect(columns.map(({ name }) => name)).toEqual(['arm', 'eps', 'none', 'jpeg:75', 'least']);
    expect(rows.map(([arm]) => arm)).toEqual(['noise', 'encoder']);
  });

  it('does not depend on the order of lines, nor on time and memory', () => {
    const shuffled = input.lines
      .map((line) => ({ ...line, cost: { ...line.cost, seconds: { immunize: 9, edit: 9 }, peakBytes: 5 } }))
      .reverse();
    expect(JSON.stringify(summarise({ ...input, lines: shuffled }))).toBe(JSON.stringify(summarise(input)));
  });

  it('leaves out photos that lack a line, in every arm alike', () => {
    const lines = input.lines.filter(({ photo, arm, seed }) => !(photo === 'b' && arm === 'noise' && seed === 1));
    const summary = summarise({ ...input, lines });
    expect(summary.photos).toBe(3);
    expect(findRow(summary, 'encoder').distanceMinusNoise!.ssim!.mean).toBeCloseTo(-0.2, 6);
  });

  it('compares sets: the reference with itself has distance 0, and what was moved more is further', () => {
    const summary = summarise(input);
    const distance = (arm: string): number => findRow(summary, arm).sets.frechet!;
    expect(distance('clean')).toBeCloseTo(0, 6);
    expect(distance('noise')).toBeGreaterThan(0.1);
    expect(distance('encoder')).toBeGreaterThan(distance('noise'));
    expect(findRow(summary, 'clean').sets.precision).toBe(1);
  });

  it('says nothing where there is nothing', () => {
    expect(findRow(summarise(input), 'clean').distance.psnr).toBeNull();
    expect(paperTable(summarise(input)).rows.map(([arm]) => arm)).toEqual(['noise', 'encoder']);
    expect(purifierTable(summarise(input)).rows.map(([arm]) => arm)).toEqual(['clean', 'noise', 'encoder']);
  });
});

describe('lines on disk', () => {
  const text = input.lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  it('are dropped where they are torn', () => {
    expect(parseLines(`${text.slice(0, -20)}`)).toHaveLength(input.lines.length - 1);
    expect(parseLines(`${text}\u0000\u0000`)).toHaveLength(input.lines.length);
  });
  it('count by whole cells', () => {
    const { size } = completeCells(samplePlan, input.lines);
    expect(size).toBe(4 * 3);
    expect(completeCells(samplePlan, input.lines.slice(0, -1)).size).toBe(size - 1);
  });
});
