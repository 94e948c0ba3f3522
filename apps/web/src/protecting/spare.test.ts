import { expect, it } from 'vitest';
import { maskOf, preferenceOf } from './spare.ts';

const size = { width: 40, height: 20 };
const at = (strokes: Parameters<typeof maskOf>[0], x: number, y: number): number | undefined =>
  maskOf(strokes, size).data[y * size.width + x];

it('is what a round brush went over, at the size of the photo', () => {
  const dot = [{ wish: 'spare', radius: 0.1, points: [[0.5, 0.5]] } as const];
  expect(maskOf(dot, size)).toMatchObject(size);
  expect([at(dot, 20, 10), at(dot, 23, 10), at(dot, 25, 10), at(dot, 23, 13)]).toEqual([1, 1, 0, 0]);
  const area = maskOf(dot, size).data.reduce((sum, value) => sum + value, 0);
  expect(area / (Math.PI * 16)).toBeCloseTo(1, 0);
});

it('covers the way between points, and what is beside the photo is not there', () => {
  const line = [
    {
      wish: 'favour' as const,
      radius: 0.05,
      points: [
        [-0.2, 0.5],
        [0.5, 0.5],
        [0.5, 1.4],
      ] as const,
    },
  ];
  expect([at(line, 0, 10), at(line, 12, 10), at(line, 20, 19), at(line, 30, 10), at(line, 12, 5)]).toEqual([
    1, 1, 1, 0, 0,
  ]);
  expect(maskOf([], size).data.every((value) => value === 0)).toBe(true);
});

it('makes a mask for each wish that somebody has', () => {
  const stroke = { radius: 0.1, points: [[0.5, 0.5]] as const };
  const [spare, favour] = [{ wish: 'spare', ...stroke } as const, { wish: 'favour', ...stroke } as const];
  expect(preferenceOf([], size)).toEqual({});
  expect(preferenceOf([favour], size)).toEqual({ favour: maskOf([favour], size) });
  expect(Object.keys(preferenceOf([favour, spare, spare], size))).toEqual(['spare', 'favour']);
});
