// The README's example is run as it stands there, and must print what the README says it prints.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const FOLDER = new URL('../', import.meta.url).pathname;

describe('README.md', () => {
  it('prints what it says', () => {
    const text = readFileSync(`${FOLDER}README.md`, 'utf8');
    const block = (language: string): string => text.match(new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 's'))![1]!;
    const printed = execFileSync(process.execPath, ['--conditions=source', '--input-type=module'], {
      input: block('js'),
      cwd: FOLDER,
      encoding: 'utf8',
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    expect(printed).toBe(block('text'));
  });
});
