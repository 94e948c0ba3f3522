// The project's files, as git knows them (also new ones that are not ignored).
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A file of the project: its path from the root, and its text. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** Paths from the root, of files whose name ends so. */
export function projectFiles(root: string, pattern: RegExp): string[] {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root });
  const paths = listed.toString('utf8').split('\0');
  return paths.filter((path) => pattern.test(path) && existsSync(join(root, path)));
}

/** Files with their text. */
export const readSources = (root: string, pattern: RegExp): SourceFile[] =>
  projectFiles(root, pattern).map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
