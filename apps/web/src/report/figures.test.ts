import { expect, it } from 'vitest';
import { means, standing } from './figures.ts';

const protection = (moved: readonly number[], noise: readonly number[]) => ({
  ...{ judges: ['j'], attacked: false, size: [8, 8] as const },
  displacement: Object.fromEntries(
    ['a', 'b'].map((space, k) => [
      space,
      Object.fromEntries(
        ['none', 'jpeg:75', 'jpeg:75 > resize:0.5'].map((spec, c) => [
          spec,
          { protected: moved[c]! + k, noise: noise[c]! },
        ]),
      ),
    ]),
  ),
});

it('are means over spaces, in the order of what happens to a photo', () => {
  const found = protection([0.5, 0.4, 0.3], [0.2, 0.1, 0]);
  for (const [of, expected] of [
    ['protected', [1, 0.9, 0.8]],
    ['noise', [0.2, 0.1, 0]],
  ] as const)
    for (const [c, mean] of means(found, of).entries()) expect(mean).toBeCloseTo(expected[c]!, 9);
});

it('hold, are weak after an upload, or are no better than noise', () => {
  expect(standing(protection([0, 0, 0], [0.1, 0.1, 0.1]))).toBe('holds'); // 0.5 in the mean
  expect(standing(protection([0, 0, -0.4], [0.1, 0.1, 0.1]))).toBe('weak');
  expect(standing(protection([-0.4, 0, 0], [0.1, 0.1, 0.1]))).toBe('none');
});
