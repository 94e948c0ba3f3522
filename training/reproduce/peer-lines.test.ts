import { describe, expect, it } from 'vitest';
import { readPeerFigures } from './peer-lines.ts';

describe('what PyTorch measured', () => {
  it('is a loss a step, and the validation', () => {
    const printed = 'loading\n{"loss": 0.5}\n{"loss": 0.25}\n{"validation_hole": 0.6}\n';
    expect(readPeerFigures(printed, 2)).toEqual({ losses: [0.5, 0.25], validation: { validation_hole: 0.6 } });
  });

  it('is refused where a step is missing, or diverged', () => {
    const last = '{"validation_hole": 0.6}\n';
    expect(() => readPeerFigures(`{"loss": 0.5}\n${last}`, 2)).toThrow(/2 steps and the validation.*got 2 lines/);
    expect(() => readPeerFigures(`{"loss": NaN}\n${last}`, 1)).toThrow(/line 1: not valid JSON/);
    expect(() => readPeerFigures(`{"rate": 1}\n${last}`, 1)).toThrow(/line 1: loss must be a number \(got none\)/);
  });
});
