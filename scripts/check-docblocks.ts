// Every symbol that a package exports has a docblock, and so has every member of an exported class or interface that
// its name and type do not explain: methods, accessors, and floats, whose shape, range or unit nobody can guess.
// Private members need none; nor does a member that is documented in a base class or an implemented interface. The
// compiler determines what is exported.
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import ts from 'typescript';
import { projectFiles } from './sources.ts';

/** Exported symbols and members without a docblock. */
export function docblockProblems(root: string): string[] {
  const entries = projectFiles(root, /^packages\/[^/]+\/package\.json$/).flatMap((path) => entryPoints(root, path));
  return undocumentedIn(entries, root);
}

/** The same of given entry points, absolute paths. */
export function undocumentedIn(entries: readonly string[], root: string): string[] {
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
  return [...new Set(entries.flatMap((entry) => undocumented(program, entry, root)))];
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
    const path = relative(root, declaration.getSourceFile().fileName);
    const members = undocumentedMembers(checker, symbol).map(
      (name) => `${path}: ${name} of the exported ${exported.name} has no docblock`,
    );
    if (symbol.getDocumentationComment(checker).length > 0) return members;
    return [`${path}: the exported ${exported.name} has no docblock`, ...members];
  });
}

function undocumentedMembers(checker: ts.TypeChecker, symbol: ts.Symbol): string[] {
  if (!(symbol.flags & (ts.SymbolFlags.Class | ts.SymbolFlags.Interface))) return [];
  const own = [...(symbol.members?.values() ?? []), ...(symbol.exports?.values() ?? [])];
  return own.flatMap((member) => {
    const declaration = member.declarations?.[0];
    if (!declaration || !needsText(checker, member, declaration)) return [];
    // For a member documented in a base class or an interface, this is that text.
    const isDocumented = member.getDocumentationComment(checker).length > 0 || member.getJsDocTags().length > 0;
    return isDocumented ? [] : [member.name];
  });
}

function needsText(checker: ts.TypeChecker, member: ts.Symbol, declaration: ts.Declaration): boolean {
  const name = ts.getNameOfDeclaration(declaration);
  if (name && ts.isPrivateIdentifier(name)) return false;
  if (ts.getCombinedModifierFlags(declaration) & (ts.ModifierFlags.Private | ts.ModifierFlags.Protected)) return false;
  if (ts.isMethodDeclaration(declaration) || ts.isMethodSignature(declaration) || ts.isAccessor(declaration))
    return !member.name.startsWith('__@');
  if (!ts.isPropertyDeclaration(declaration) && !ts.isPropertySignature(declaration)) return false;
  const type = checker.getNonNullableType(checker.getTypeOfSymbol(member));
  return /^Float(32|64)Array\b/.test(checker.typeToString(type));
}
