import { expect, it } from 'vitest';
import { fuzzImages } from '../../../../tests/fuzz/images.ts';

it('decodes or refuses each of 400 mutated files, with one line and in good time', async () => {
  const outcome = await fuzzImages(400, 1);
  expect(outcome.broken).toEqual([]);
  expect(outcome.decoded + outcome.refused).toBe(400);
  expect(outcome.refused).toBeGreaterThan(100); // else the mutations do not bite
  expect(outcome.decoded).toBeGreaterThan(20);
  expect(outcome.slowestMs).toBeLessThan(5000);
});
