// What must not be in the project's files: paths of a developer's machine, hosts of registries, source files that are
// too large to read at once.
import { readSources, type SourceFile } from './sources.ts';

const TEXT = /\.(ts|mjs|js|json|md|yml|yaml|svelte|html|css|py)$|^\.ci\/run$|^\.npmrc$/;

/** Built from parts, so that this file does not break its own rule. */
const FORBIDDEN: readonly (readonly [RegExp, string])[] = [
  [new RegExp(`(^|[\\s'"\`(=])/(${['work', 'root', 'farm'].join('|')})/`, 'm'), 'a path of a machine'],
  [/(^|[\s'"`(=])\/home\/[a-z]/m, 'a path of a machine'],
  [
    new RegExp(['registry.npm' + 'js', 'py' + 'pi.org', 'files.python' + 'hosted'].join('|').replaceAll('.', '\\.')),
    "a registry's host",
  ],
  [/"resolved": "htt[p]/, 'a download address in the lock file (set omit-lockfile-registry-resolved)'],
];

/** Longest source file without a reason at its head. */
const MAX_LINES = 300;
const GENERATED = /(_pb|\.gen)\.ts$/;
const REASON = /^\s*(\/\/|\/?\*).*\blong because\b/m;

/** Files that break the rules. */
export const hygieneProblems = (root: string): string[] => readSources(root, TEXT).flatMap(findProblems);

/** What is wrong with one file. */
export function findProblems({ path, text }: SourceFile): string[] {
  const problems = FORBIDDEN.flatMap(([pattern, what]) => {
    const found = pattern.exec(text);
    return found ? [`${path}:${text.slice(0, found.index).split('\n').length}: ${what}`] : [];
  });
  const isCode = /\.(ts|svelte)$/.test(path) && !GENERATED.test(path);
  const lines = text.trimEnd().split('\n').length;
  if (isCode && lines > MAX_LINES && !REASON.test(text.slice(0, 1500)))
    problems.push(`${path}: ${lines} lines, over ${MAX_LINES}; split it, or say "long because" at its head`);
  return problems;
}
