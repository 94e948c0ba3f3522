import { expect, it } from 'vitest';
import { mean } from '../support/statistics.ts';
import { readSamples, SIZES } from './samples.ts';
import { beyond, fewestCores, mixed, simulate } from './simulation.ts';

it('nobody waits where there are cores enough, and everybody ever longer where there are not', () => {
  const day = { photos: 2000, peak: 1, draw: () => 100 };
  expect(Math.max(...simulate(day, 50))).toBe(0);
  // Two thousand photos of 100 s are 2.3 days of one core.
  const waits = simulate(day, 1);
  expect(waits.length).toBeGreaterThan(1850);
  expect(waits.at(-1)).toBeGreaterThan(86_400);
  expect(beyond(waits, 60)).toBeGreaterThan(0.95);
});

// Pollaczek and Khinchine: with one core the mean wait is load / (1 - load) * seconds * (1 + spread squared) / 2.
it.each([
  ['the same for all', [{ share: 1, samples: [4] }], 0],
  [
    'a tenth that take long',
    [
      { share: 0.9, samples: [2] },
      { share: 0.1, samples: [22] },
    ],
    2.25,
  ],
])('spread makes waits longer, as theory says: %s', (_, groups, squared) => {
  const { mean: seconds, draw } = mixed(groups);
  expect(seconds).toBeCloseTo(4, 10);
  const load = 0.7;
  const photos = (load * 86_400) / seconds;
  const expected = ((load / (1 - load)) * seconds * (1 + squared)) / 2;
  const measured = mean(simulate({ photos, peak: 1, draw }, 1));
  expect(measured / expected).toBeGreaterThan(0.85);
  expect(measured / expected).toBeLessThan(1.15);
});

it('the fewest cores are enough, and one fewer are not', () => {
  const day = { photos: 50_000, peak: 2, draw: mixed([{ share: 1, samples: [5, 10, 30] }]).draw };
  const goal = { wait: 60, share: 0.05 };
  const cores = fewestCores(day, goal);
  expect(beyond(simulate(day, cores), goal.wait)).toBeLessThanOrEqual(goal.share);
  expect(beyond(simulate(day, cores - 1), goal.wait)).toBeGreaterThan(goal.share);
});

it('samples are of the sizes that they say', () => {
  const samples = readSamples();
  expect(samples.length).toBeGreaterThan(0);
  for (const { size, width, height } of samples) expect(Math.max(width, height)).toBe(SIZES[size].side);
});
