// Every symbol that a package exports, and every member of an exported class or interface that is not obvious, has a
// docblock. The compiler says what is exported.
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import ts from 'typescript';
import { projectFiles } from './sources.ts';

/** Exported symbols without a docblock. */
export function docblockProblems(root: string): string[] {
  const entries = projectFiles(root, /^packages\/[^/]+\/package\.json$/).flatMap((path) => entryPoints(root, path));
  const program = ts.createProgram(entries, {
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    target: ts.ScriptTarget.ES2024,
    allowImportingTsExtensions: true,
    customConditions: ['source'],
    noEmit: true,
    skipLibCheck: true,
    types: ['node'],
  });
  return entries.flatMap((entry) => undocumented(program, entry, root));
}

function entryPoints(root: string, manifest: string): string[] {
  const { exports = {} } = JSON.parse(readFileSync(join(root, manifest), 'utf8')) as {
    exports?: Record<string, { source?: string }>;
  };
  const folder = join(root, manifest, '..');
  return Object.values(exports).flatMap(({ source }) => (source ? [join(folder, source)] : []));
}

function undocumented(program: ts.Program, entry: string, root: string): string[] {
  const checker = program.getTypeChecker();
  const file = program.getSourceFile(entry);
  const module = file && checker.getSymbolAtLocation(file);
  if (!module)
    return file?.statements.length === 0 ? [] : [`${relative(root, entry)}: the entry point exports nothing`];
  return checker.getExportsOfModule(module).flatMap((exported) => {
    const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
    const declaration = symbol.declarations?.[0];
    if (!declaration || declaration.getSourceFile().fileName.includes('node_modules')) return [];
    if (symbol.getDocumentationComment(checker).length > 0) return [];
    return [`${relative(root, declaration.getSourceFile().fileName)}: the exported ${exported.name} has no docblock`];
  });
}
