import type { Size } from 'photoguard/image/node';
import { describe, expect, it } from 'vitest';
import type { Planned } from './method.ts';
import { reusePlans } from './reuse-plans.ts';

const square = (side: number): Size[] => [{ width: side, height: side }];
const prepare = () => Promise.reject(new Error('not asked for'));

describe('plans that are reused', () => {
  it('are those for the same sizes and the same picture, of the last two sizes', () => {
    const plan = reusePlans((): Planned => ({ bytes: 10, prepare }));
    const of = (side: number, shows = false): Planned =>
      plan(square(side), { photo: { width: side, height: side }, memory: 100, shows });
    const first = of(8);
    expect(of(8)).toBe(first);
    expect(of(8, true)).not.toBe(first);
    expect(of(8)).toBe(first);
    const other = of(16);
    expect(of(16)).toBe(other);
    expect(of(8)).toBe(first);
    of(24);
    expect(of(16)).not.toBe(other);
  });

  it('are equal to what would be planned within the memory that there is', () => {
    const bytesFor = (memory: number): number => (memory >= 50 ? 50 : 20);
    const plan = reusePlans((_, { memory }): Planned => ({ bytes: bytesFor(memory), prepare }));
    const at = (memory: number): Planned => plan(square(8), { photo: { width: 8, height: 8 }, memory, shows: false });
    const all = at(100);
    for (const memory of [60, 30, 49, 50, 100, 120, 25, 110]) expect(at(memory).bytes).toBe(bytesFor(memory));
    expect(at(60)).toBe(at(120));
    expect(at(60)).not.toBe(all);
  });
});
