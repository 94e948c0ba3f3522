// No file may import itself through others: files in a circle can only be read, moved and tested together. Imports of
// types count: a type that two files share belongs in a third, not in the file that uses both.
import { readCode, readImports } from './imports.ts';
import type { SourceFile } from './sources.ts';

/** Circular imports, one line for each. */
export const circleProblems = (root: string): string[] => findCircles(readCode(root)).map(describeCircle);

/** The message for a circle. */
export const describeCircle = (files: readonly string[]): string =>
  `files import each other in a circle: ${[...files].sort().join(', ')} (what they share belongs in a file of its own)`;

/** Groups of two or more files that reach each other through imports (Tarjan 1972). */
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
