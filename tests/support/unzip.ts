// What is in a ZIP, by a program that is not ours: Info-ZIP's unzip.
import { execFileSync, spawnSync } from 'node:child_process';

const hasUnzip = spawnSync('unzip', ['-v']).status === 0;

/** What a test's name ends with where it is skipped; undefined where unzip is there. */
export const unzipNote = hasUnzip ? undefined : ' (skipped: no unzip)';

/** Files of a ZIP by their names, each checked by its checksum. @throws where the ZIP is damaged */
export function unzipped(path: string): Map<string, Buffer> {
  const ask = (...args: string[]): Buffer => execFileSync('unzip', args, { maxBuffer: 1e9 });
  ask('-tq', path);
  const names = ask('-Z1', path).toString().split('\n').filter(Boolean);
  // What it takes for a pattern is escaped.
  return new Map(names.map((name) => [name, ask('-p', path, name.replace(/[[*?\\]/g, '\\$&'))]));
}
