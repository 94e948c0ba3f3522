// A bench's rows as a plain-text table for people: columns as wide as their widest cell, numbers aligned right.
import type { BenchRow } from './bench.ts';

const HEAD = ['what', 'ours', 'peer', 'ratio', 'goal', 'meets'];

/** The table, one line per row under a header. */
export function formatTable(rows: readonly BenchRow[]): string {
  const cells = rows.map(({ what, ours, peer, ratio, goal, meets }) => [
    what,
    digits(ours),
    digits(peer),
    digits(ratio),
    goal ?? '-',
    meets === null ? '-' : meets ? 'yes' : 'NO',
  ]);
  const lines = [HEAD, ...cells];
  const widths = HEAD.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)));
  const text = ([what, ...numbers]: string[]): string =>
    [what!.padEnd(widths[0]!), ...numbers.map((cell, i) => cell.padStart(widths[i + 1]!))].join('  ');
  return [text(HEAD), widths.map((width) => '-'.repeat(width)).join('  '), ...cells.map(text)].join('\n');
}

// Four significant digits, and whole numbers whole.
function digits(value: number | null): string {
  if (value === null) return '-';
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4)));
}
