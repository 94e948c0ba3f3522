// A training's log: one JSON object a line, appended as training goes on. A training resumed from a checkpoint drops
// the lines written after it, so that the log reads as if the training had never stopped.
import { appendFile, readFile } from 'node:fs/promises';
import * as z from 'zod/mini';
import { writeWhole } from '../image/node/index.ts';
import { validateJson, whole } from '../validate/index.ts';

/** A line of a log; `step` counts from 1. */
export interface LogLine {
  readonly step: number;
  readonly [name: string]: number | string;
}

const LINE = z.catchall(
  z.object({ step: whole(0, Number.MAX_SAFE_INTEGER) }, 'a JSON object'),
  z.union([z.number(), z.string()], 'a number or a text'),
) satisfies z.ZodMiniType<LogLine>;

/**
 * The lines of a log; none if there is no file. An incomplete last line is dropped.
 * @throws PhotoGuardError `input` for an invalid line, with its number
 */
export async function readLog(path: string): Promise<LogLine[]> {
  const text = await readFile(path, 'utf8').catch(() => '');
  return text
    .split('\n')
    .slice(0, -1)
    .map((line, i) => validateJson(LINE, line, { label: `${path}: line ${i + 1}`, code: 'input' }));
}

/** Opens a log to continue after `step`: later lines are dropped. */
export async function openLog(path: string, step: number): Promise<(line: LogLine) => Promise<void>> {
  const kept = (await readLog(path)).filter((line) => line.step <= step);
  await writeWhole(path, new TextEncoder().encode(kept.map((line) => `${JSON.stringify(line)}\n`).join('')));
  return (line) => appendFile(path, `${JSON.stringify(line)}\n`);
}
