// Dependencies are pinned to exact versions, so that every installation gets what was tested.
import { readSources, type SourceFile } from './sources.ts';

const EXACT = /^\d+\.\d+\.\d+(-[\w.]+)?$/;

/** Dependencies that are not pinned. */
export const dependencyProblems = (root: string): string[] =>
  readSources(root, /(^|\/)package\.json$/).flatMap(findProblems);

/** Dependencies of one package.json that are not pinned. */
export function findProblems({ path, text }: SourceFile): string[] {
  const manifest = JSON.parse(text) as Record<string, Record<string, string> | undefined>;
  const kinds = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'];
  return kinds.flatMap((kind) =>
    Object.entries(manifest[kind] ?? {}).flatMap(([name, version]) =>
      EXACT.test(version) ? [] : [`${path}: ${name} must be pinned to an exact version, not ${version}`],
    ),
  );
}
