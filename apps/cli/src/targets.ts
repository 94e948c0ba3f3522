// Targets of attacks as the command accepts them: a name, or a picture in a file.
import { ATTACKS } from 'photoguard/attacks';
import { decodePhoto, type Image01, toImage01 } from 'photoguard/image/node';
import { type Budget, readHeaderWithin } from './budget.ts';
import { given } from './given.ts';

const NAMES = new Set(Object.values(ATTACKS).flatMap(({ targets }) => targets.filter((name) => name !== 'picture')));

/** A target's name in records. A picture is just `picture`: the name of its file is private. */
export const targetName = (target: string | undefined): string | undefined =>
  target === undefined || NAMES.has(target) ? target : 'picture';

/** The file of a target, if it is a picture. */
export const targetFile = (target: string | undefined): string | undefined =>
  targetName(target) === 'picture' ? target : undefined;

/** A target by name, or the picture in a file, decoded within the budget. */
export async function readTarget(target: string, budget: Budget): Promise<string | Image01> {
  if (targetName(target) !== 'picture') return target;
  await given('--target', target, readHeaderWithin(target, budget, FLOATS_BYTES));
  return toImage01((await given('--target', target, decodePhoto(target, { memory: budget.bytes }))).pixels);
}

/** Bytes of a pixel in floats. */
const FLOATS_BYTES = 12;
