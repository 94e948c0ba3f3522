// The README's examples are run as they stand there, and must print what the README says they print.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const FOLDER = new URL('../', import.meta.url).pathname;

describe('README.md', () => {
  const text = readFileSync(`${FOLDER}README.md`, 'utf8');
  const blocks = (language: string): string[] =>
    [...text.matchAll(new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 'gs'))].map((match) => match[1]!);
  const printed = blocks('text');

  it.each(blocks('js').map((code, i) => [i + 1, code] as const))('prints what it says in example %i', (at, code) => {
    const output = execFileSync(process.execPath, ['--conditions=source', '--input-type=module'], {
      input: code,
      cwd: FOLDER,
      encoding: 'utf8',
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    expect(output).toBe(printed[at - 1]);
  });
});
