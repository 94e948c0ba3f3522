import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { operatorsDocument } from '../testing/operators-table.ts';

describe('docs/operators.md', () => {
  it('is what scripts/operators-doc.ts writes now', () => {
    const committed = readFileSync(new URL('../../../../docs/operators.md', import.meta.url), 'utf8');
    expect(committed, 'run: node --conditions=source scripts/operators-doc.ts').toBe(operatorsDocument());
  });
});
