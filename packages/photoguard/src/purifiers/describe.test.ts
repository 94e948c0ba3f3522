import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { purifierHelp, purifiersDocument } from './describe.ts';
import { parsePurifier } from './parse.ts';
import { PURIFIERS } from './table.ts';

describe('docs/purifiers.md', () => {
  it('is what scripts/purifiers-doc.ts writes now', () => {
    const committed = readFileSync(new URL('../../../../docs/purifiers.md', import.meta.url), 'utf8');
    expect(committed, 'run: node --conditions=source scripts/purifiers-doc.ts').toBe(purifiersDocument());
  });
});

describe('the lines of --help', () => {
  it('begin with a text that parses to the purifier with its defaults', () => {
    const lines = purifierHelp().split('\n');
    expect(lines).toHaveLength(Object.keys(PURIFIERS).length);
    for (const [i, name] of Object.keys(PURIFIERS).entries()) {
      const usage = lines[i]!.split('  ')[0]!.replace('<file>', 'model.onnx');
      const given = usage.includes('model.onnx') ? `${name}:model.onnx` : name;
      expect(parsePurifier(usage).spec).toBe(parsePurifier(given).spec);
    }
  });
});
