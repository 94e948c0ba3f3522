// What is already at a result's path. Finished work is not repeated, and files of others are not replaced.
import { readFile, stat } from 'node:fs/promises';
import { PhotoGuardError } from 'photoguard/errors';
import { isContactSheet, photoHeader } from 'photoguard/image/node';
import { type ImmunizationRecord, readRecord, recordText } from 'photoguard/record';

/** Nothing, a file that is not ours, or a result's record. */
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

/** What is at the path of a side-by-side picture: an earlier picture may be replaced. */
export async function pictureAt(path: string): Promise<'nothing' | 'other' | 'picture'> {
  if (!(await isThere(path))) return 'nothing';
  return isContactSheet(await readFile(path)) ? 'picture' : 'other';
}

/** Whether two records describe the same work on the same photo, by whichever version of the program. */
export const sayTheSame = (one: ImmunizationRecord, other: ImmunizationRecord): boolean =>
  askedText(one) === askedText(other);

// What was asked for: with a level of visibility, or a trigger, the bound is a result.
const askedText = (record: ImmunizationRecord): string =>
  recordText({ ...record, tool: '', ...((record.visibility ?? record.trigger) !== undefined && { eps255: 1 }) });

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    (status) => !status.isDirectory(),
    () => false,
  );
