// No file imports itself by way of others: files of a circle can only be read, moved and tested together. Imports of types
// count: a type that two files share belongs in a third, not in the file that puts the others to work.
import { readCode, readImports } from './imports.ts';
import type { SourceFile } from './sources.ts';

/** Circles of files, one line for each. */
export const circleProblems = (root: string): string[] => findCircles(readCode(root)).map(describeCircle);

/** What is said of a circle. */
export const describeCircle = (files: readonly string[]): string =>
  `files import each other in a circle: ${[...files].sort().join(', ')} (what they share belongs in a file of its own)`;

/** Groups of two or more files of which each leads to every other by imports (Tarjan 1972). */
export function findCircles(files: readonly SourceFile[]): string[][] {
  const imports = new Map(files.map((file) => [file.path, readImports(file).flatMap(({ target }) => target ?? [])]));
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const open: string[] = [];
  const circles: string[][] = [];
  const visit = (path: string): void => {
    order.set(path, order.size);
    lowest.set(path, order.get(path)!);
    open.push(path);
    for (const target of imports.get(path)!) {
      if (!imports.has(target)) continue;
      if (!order.has(target)) visit(target);
      if (open.includes(target)) lowest.set(path, Math.min(lowest.get(path)!, lowest.get(target)!));
    }
    if (lowest.get(path) !== order.get(path)) return;
    const circle = open.splice(open.indexOf(path));
    if (circle.length > 1) circles.push(circle);
  };
  for (const path of imports.keys()) if (!order.has(path)) visit(path);
  return circles;
}
