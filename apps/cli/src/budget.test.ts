import { totalmem } from 'node:os';
import { describe, expect, it } from 'vitest';
import { bytes } from '#terminal';
import { auditCommand } from './audit-command.ts';
import { findBudget, overBudget, sizeText } from './budget.ts';
import { editCommand } from './edit-command.ts';
import { evaluateCommand } from './evaluate-command.ts';
import { immunizeCommand } from './immunize-command.ts';

describe('a budget', () => {
  it('is what --memory says, or a share of what there is, of a container too', () => {
    expect(findBudget(5e9).bytes).toBe(5e9);
    const { bytes: most, from } = findBudget(undefined);
    const limit = process.constrainedMemory() || Number.POSITIVE_INFINITY;
    expect(most).toBeLessThanOrEqual(0.75 * Math.min(totalmem(), limit));
    expect(most).toBeGreaterThan(2 ** 20);
    expect(from).toMatch(/GB|MB/);
  });

  it('is spoken of in sizes that --memory takes, never too small', () => {
    for (const size of [2 ** 20, 6e8, 2 ** 30 - 1, 2 ** 30, 1.234e9, 27.77e9]) {
      expect(bytes(sizeText(size))).toBeGreaterThanOrEqual(size);
      expect(bytes(sizeText(size))).toBeLessThan(1.02 * size + 2 ** 20);
    }
  });

  it('that is too small is told with the one that would do', () => {
    const error = overBudget(findBudget(600 * 2 ** 20), 1.1e9, 'a photo');
    expect(error).toMatchObject({ code: 'memory', bytes: 1.1e9 });
    expect(error.message).toBe(
      'a photo needs at least 1.03GB of memory (got --memory 600MB); give --memory 1.03GB, or a smaller --size or photo',
    );
  });

  it('has a default, which the help of every command tells', () => {
    const session = { signal: new AbortController().signal, report: { put() {}, fail() {} } };
    for (const command of [immunizeCommand, editCommand, auditCommand, evaluateCommand].map((make) => make(session))) {
      const { description } = command.options.find(({ long }) => long === '--memory')!;
      const expected = command.name() === 'evaluate' ? 'four fifths of what is free' : 'three quarters of the machine';
      expect([command.name(), description]).toEqual([command.name(), expect.stringContaining(`default: ${expected}`)]);
    }
  });
});
