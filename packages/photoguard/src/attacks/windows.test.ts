import { expect, it } from 'vitest';
import { Random } from '../random.ts';
import { average, least, overWindows } from './windows.ts';

it.each([
  [9, 7],
  [3, 11],
  [1, 1],
])('values of windows of 5x5, cut at the edges, of %dx%d', (width, height) => {
  const plane = new Random(3).uniform(width * height, 0, 1);
  const means = overWindows(plane, width, height, average);
  const minima = overWindows(plane, width, height, least);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const inside = [...plane].filter(
        (_, i) => Math.abs((i % width) - x) <= 2 && Math.abs(Math.floor(i / width) - y) <= 2,
      );
      expect(means[y * width + x]).toBeCloseTo(inside.reduce((sum, v) => sum + v, 0) / inside.length, 6);
      expect(minima[y * width + x]).toBe(Math.min(...inside));
    }
});
