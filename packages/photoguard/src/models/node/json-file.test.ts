import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readJson } from './json-file.ts';

it('reads what Python writes for numbers that JSON has not, and leaves texts alone', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'json-'));
  try {
    const path = join(folder, 'a.json');
    writeFileSync(path, '{"low": -Infinity, "high":Infinity, "none": [NaN], "text": "NaN, \\"Infinity\\": x"}');
    expect(await readJson(path)).toEqual({
      low: Number.NEGATIVE_INFINITY,
      high: Number.POSITIVE_INFINITY,
      none: [null],
      text: 'NaN, "Infinity": x',
    });
    writeFileSync(path, '{"a": Infinit}');
    await expect(readJson(path)).rejects.toThrow(/not valid JSON/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
