// What stands where a result is to go. Finished work is not done again, and a file that is none of ours is not replaced.
import { readFile, stat } from 'node:fs/promises';
import { PhotoGuardError } from 'photoguard/errors';
import { isContactSheet, photoHeader } from 'photoguard/image/node';
import { type ImmunizationRecord, readRecord, recordText } from 'photoguard/record';

/** Nothing, something that is none of ours, or a result with its record. */
export type Found = 'nothing' | 'other' | ImmunizationRecord;

/** What is at a result's path. */
export async function resultAt(path: string): Promise<Found> {
  if (!(await isThere(path))) return 'nothing';
  try {
    return readRecord((await photoHeader(path)).xmp).record ?? 'other';
  } catch (error) {
    if (error instanceof PhotoGuardError) return 'other';
    throw error;
  }
}

/** What is at the path of a picture that is made for people: one of those may be replaced. */
export async function pictureAt(path: string): Promise<'nothing' | 'other' | 'picture'> {
  if (!(await isThere(path))) return 'nothing';
  return isContactSheet(await readFile(path)) ? 'picture' : 'other';
}

/** Whether two records say the same was done to the same photo, whichever version of the program did it. */
export const sayTheSame = (one: ImmunizationRecord, other: ImmunizationRecord): boolean =>
  recordText({ ...one, tool: '' }) === recordText({ ...other, tool: '' });

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    (status) => !status.isDirectory(),
    () => false,
  );
