import { describe, expect, it } from 'vitest';
import { parseArms } from './arms.ts';
import { estimateWork } from './plan.ts';
import { samplePlan } from './testing/sample.ts';

/** Work of an arm's cell beyond that of the noise arm, which only edits. */
function attackWork(name: string): number {
  const [noise, arm] = parseArms(name).map((one) =>
    estimateWork({ photo: 0, arm: one, eps255: 4, purifiers: ['none'] }, samplePlan),
  );
  return arm! - noise!;
}

describe('the work of a cell, from which the time left is told', () => {
  it.each([
    ['encoder:recipe=paper', 'encoder', 200 / 30],
    ['encoder:recipe=notebook', 'encoder:steps=100', 10],
    ['diffusion:recipe=paper', 'diffusion', 200 / 60],
    ['diffusion:recipe=notebook', 'diffusion', (200 * 10) / 60],
    ['diffusion:recipe=notebook:draws=2', 'diffusion:steps=200', 2],
  ])('is that of the recipe of %s: against %s', (arm, other, times) => {
    expect(attackWork(arm) / attackWork(other)).toBeCloseTo(times, 9);
  });

  it('is less where only the last steps of the edits are differentiated', () => {
    expect(attackWork('diffusion:last=1')).toBeLessThan(attackWork('diffusion:last=3'));
    expect(attackWork('diffusion:last=9')).toBe(attackWork('diffusion'));
  });
});
