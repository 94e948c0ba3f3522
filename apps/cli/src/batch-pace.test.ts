import { expect, it } from 'vitest';
import { Pace } from './batch-pace.ts';

it('tells the time of all from those that are done, or from the first one so far', () => {
  let now = 0;
  const pace = new Pace(10, () => now);
  const first = pace.begin();
  now = 4;
  expect(pace.left(6)).toBe(6 + 9 * 10);
  now = 20;
  first(true);
  const second = pace.begin();
  now = 20.1;
  second(false); // finished before: nine photos do not become quicker by it
  pace.begin();
  expect(pace.left(20)).toBe(20 + 7 * 20);
});

it('counts the time that two photos share once', () => {
  let now = 0;
  const pace = new Pace(4, () => now);
  const first = pace.begin();
  now = 10;
  const second = pace.begin();
  now = 12;
  first(true);
  now = 24;
  second(true);
  pace.begin();
  expect(pace.left(5)).toBe(5 + 12);
});
