// The command, and the code that it shares with other programs, prints through one file, which keeps control characters
// in foreign text from reaching a terminal.
import { readSources, type SourceFile } from './sources.ts';

const DOOR = 'packages/terminal/src/terminal.ts';
const PRINTS = /\bconsole\.\w+\(|\bstd(out|err)\.write\(|\bwriteSync\(/g;

/** Where the command bypasses it. */
export const printProblems = (root: string): string[] =>
  readSources(root, /^(apps\/cli|packages\/terminal)\/src\/.*\.ts$/).flatMap(findProblems);

/** Where one file does. */
export function findProblems({ path, text }: SourceFile): string[] {
  if (path === DOOR || path.endsWith('.test.ts')) return [];
  return Array.from(
    text.matchAll(PRINTS),
    ({ 0: found, index }) =>
      `${path}:${text.slice(0, index).split('\n').length}: ${found}...) prints past ${DOOR}, which shows control characters as escapes`,
  );
}
