// table.md: the tables of an evaluation, to be copied into a document.
import { markdownTable, shellCommand, type Table } from '../report/index.ts';
import { describeSettings } from './describe-settings.ts';
import type { ResultLine } from './results.ts';
import type { Summary } from './summary.ts';
import {
  changeTable,
  costTable,
  displacementTable,
  noiseTable,
  paperTable,
  purifierTable,
  qualityTable,
  shiftTable,
} from './tables.ts';

/** The file's text. */
export function tableFile(summary: Summary, lines: readonly ResultLine[], command: readonly string[]): string {
  const part = (heading: string, table: Table): string =>
    `### ${heading}\n\n${table.caption}\n\n${markdownTable(table)}\n`;
  const settings = Object.entries(describeSettings(summary)).map(([name, value]) => `- ${name}: ${value}`);
  return [
    `Made by\n\n    ${shellCommand(command)}\n\n${settings.join('\n')}\n\n`,
    part('Distance from the clean edit', paperTable(summary)),
    part('Against random noise of the same size', noiseTable(summary)),
    part('What the Fréchet distance sees', shiftTable(summary)),
    part('How good edits still are', qualityTable(summary)),
    summary.worst.length > 0 ? part('After purifiers', purifierTable(summary)) : '',
    part('Displacement of latents', displacementTable(summary)),
    part('What was changed', changeTable(summary)),
    part('Time and memory', costTable(lines)),
  ].join('');
}
