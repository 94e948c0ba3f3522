// JSON files of a model's folder.
import { stat } from 'node:fs/promises';
import { parseJson } from '../../validate/index.ts';
import { readModelFile } from './model-file.ts';

/** A JSON file. @throws PhotoGuardError `config` if it is missing, damaged, or not a regular file */
export async function readJson(path: string): Promise<unknown> {
  const text = (await readModelFile(path, 'config')).toString('utf8');
  return parseJson(finite(text), {
    ...{ label: path, code: 'config' },
    hint: 'the file may be damaged: download it again',
  });
}

// Python writes infinities and NaN, which JSON lacks: infinity becomes a number too large to represent, NaN becomes
// null.
const finite = (json: string): string =>
  json.replace(/"(?:[^"\\]|\\.)*"|Infinity|NaN/g, (token) => ({ Infinity: '1e999', NaN: 'null' })[token] ?? token);

/** Whether a file or folder exists at that path. */
export const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
