// A training's log: one JSON object a line, appended as training goes on. A training that is resumed from a checkpoint
// drops what an interrupted one had written after it, so that the log reads as if it had never stopped.
import { appendFile, readFile } from 'node:fs/promises';
import { writeWhole } from 'photoguard/image/node';

/** A line of a log; `step` counts from 1. */
export interface LogLine {
  readonly step: number;
  readonly [name: string]: number | string;
}

/** The lines of a log; none where there is no file. A last line that was cut short is dropped. */
export async function readLog(path: string): Promise<LogLine[]> {
  const text = await readFile(path, 'utf8').catch(() => '');
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as LogLine);
}

/** Opens a log to go on after `step`: later lines are dropped. */
export async function openLog(path: string, step: number): Promise<(line: LogLine) => Promise<void>> {
  const kept = (await readLog(path)).filter((line) => line.step <= step);
  await writeWhole(path, new TextEncoder().encode(kept.map((line) => `${JSON.stringify(line)}\n`).join('')));
  return (line) => appendFile(path, `${JSON.stringify(line)}\n`);
}
