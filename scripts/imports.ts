// The imports of a file according to the compiler's scanner: type imports and `import()` count, text in strings does
// not.
import { posix } from 'node:path';
import ts from 'typescript';
import { readSources, type SourceFile } from './sources.ts';

/** An import as written, and for a relative one the file that it leads to; paths are relative to the root. */
export interface Import {
  readonly specifier: string;
  readonly target?: string;
}

/** All TypeScript of the project. */
export const readCode = (root: string): SourceFile[] =>
  readSources(root, /^(packages|apps|training|bench|tests|scripts|examples)\/.*\.ts$/);

/** The imports of a file. */
export function readImports({ path, text }: SourceFile): Import[] {
  return ts.preProcessFile(text, true, true).importedFiles.map(({ fileName: specifier }) => ({
    specifier,
    ...(specifier.startsWith('.') && { target: posix.join(posix.dirname(path), specifier) }),
  }));
}
