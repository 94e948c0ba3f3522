import { expect, it } from 'vitest';
import { Pace } from './batch-pace.ts';

it('tells the time of all from those that are done, or from the first one so far', () => {
  let now = 0;
  const pace = new Pace(10, () => now);
  pace.begin();
  now = 4;
  expect(pace.left(6)).toBe(6 + 9 * 10);
  now = 20;
  pace.end(true);
  pace.begin();
  now = 20.1;
  pace.end(false); // finished before: nine photos do not become quicker by it
  pace.begin();
  expect(pace.left(20)).toBe(20 + 7 * 20);
});
