import { expect, it } from 'vitest';
import { Numbers } from './numbers.ts';

it('finds each of its numbers, and no other, beyond the capacity that was expected', () => {
  const numbers = new Numbers();
  for (let i = 0; i < 5000; i++) numbers.add(3 * i);
  for (const place of [0, 1, 1023, 1024, 4999]) {
    expect(numbers.find(3 * place)).toBe(place);
    expect(numbers.at(place)).toBe(3 * place);
    expect(numbers.find(3 * place + 1)).toBeUndefined();
  }
  expect(numbers.find(-1)).toBeUndefined();
});
