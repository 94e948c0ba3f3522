// No file imports itself by way of others: files of a circle can only be read, moved and tested together. Imports of types
// count, since a type that two files share belongs in a third. Those of today are listed and may only become fewer.
import { importsOf, readCode } from './imports.ts';
import type { SourceFile } from './sources.ts';

const PHOTOGUARD = 'packages/photoguard/src';

/** Circles that are known, to be broken up. A row that is no circle any more is to be taken out. */
export const KNOWN_CIRCLES: readonly (readonly string[])[] = [
  ['audit-edits', 'audit-model', 'audit-photo', 'versions'].map((name) => `${PHOTOGUARD}/audit/${name}.ts`),
  [`${PHOTOGUARD}/editing/editor.ts`, `${PHOTOGUARD}/editing/text-states.ts`],
  [`${PHOTOGUARD}/metrics/fft-bluestein.ts`, `${PHOTOGUARD}/metrics/fft.ts`],
  [`${PHOTOGUARD}/models/node/hub/download.ts`, `${PHOTOGUARD}/models/node/hub/fetch-rest.ts`],
  ['training/evaluate/editor.ts', 'training/evaluate/tables.ts'],
];

/** Circles that are not known, and known ones that are none. */
export const circleProblems = (root: string): string[] => problemsOf(circlesOf(readCode(root)), KNOWN_CIRCLES);

/** The same of given circles. Files of a row are in any order. */
export function problemsOf(circles: readonly (readonly string[])[], known: readonly (readonly string[])[]): string[] {
  const keyOf = (files: readonly string[]): string => [...files].sort().join(', ');
  const [found, listed] = [new Set(circles.map(keyOf)), new Set(known.map(keyOf))];
  return [
    ...[...found].filter((key) => !listed.has(key)).map((key) => `files import each other in a circle: ${key}`),
    ...[...listed]
      .filter((key) => !found.has(key))
      .map((key) => `no circle any more, take it out of scripts/check-circles.ts: ${key}`),
  ];
}

/** Groups of two or more files of which each leads to every other by imports (Tarjan 1972). */
export function circlesOf(files: readonly SourceFile[]): string[][] {
  const imports = new Map(files.map((file) => [file.path, importsOf(file).flatMap(({ target }) => target ?? [])]));
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
