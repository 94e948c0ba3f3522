// What a planting's folder belongs to. A resumed planting with another key would plant half of each, without a word.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PhotoGuardError } from '../errors.ts';
import { writeWhole } from '../image/node/index.ts';

/** What must stay the same from start to end. */
export type Settings = Readonly<Record<string, string | number>>;

/** Notes the settings in the folder. @throws PhotoGuardError `input` if it belongs to a planting with others */
export async function keepSettings(out: string, settings: Settings): Promise<void> {
  const path = join(out, 'planting.json');
  const text = JSON.stringify(settings);
  const before = await readFile(path, 'utf8').catch(() => undefined);
  if (before === undefined) return writeWhole(path, new TextEncoder().encode(text));
  if (before !== text)
    throw new PhotoGuardError('input', `${out} holds another planting`, {
      got: `${before}, now ${text}`,
      hint: 'give another folder with --out',
    });
}
