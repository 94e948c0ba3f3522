import { describe, expect, it, vi } from 'vitest';
import { liveLine } from './live-line.ts';
import { progressLine } from './progress-line.ts';

describe('the live line', () => {
  it('says loss, speed and the time that is left, also after a resume', () => {
    const bar = vi.fn();
    const line = liveLine({ ...progressLine(false), bar });
    line.step({ step: 501, steps: 1000, loss: 0.45678, samples: 32, seconds: 2 });
    const [what, { done, all, seconds }, more] = bar.mock.calls[0]!;
    expect([what, done, all, more]).toEqual(['step', 501, 1000, 'loss 0.4568  16.0 samples a second  ']);
    expect((seconds / done) * (all - done)).toBeCloseTo(499 * 2); // what the bar takes for the time left
  });
});
