// What --mask means: a file whose white is repainted, or `auto`. (--spare, --favour: given-preference.ts)
import { ellipseKept, loadMask, type Mask, type PhotoHeader, type Size } from 'photoguard/image/node';
import { type Budget, readHeaderWithin } from './budget.ts';
import { given } from './given.ts';

/** The mask that needs no file: an ellipse in the middle is kept. */
export const AUTO_MASK = 'auto';

/** A note about a mask that nobody drew. */
export const maskNotes = (mask: string | undefined): string[] =>
  mask === AUTO_MASK ? ['only the middle of the photo is changed (--mask auto): an editor repaints the rest'] : [];

/** The file of a mask, where it is one. */
export const maskFile = (mask: string | undefined): string | undefined => (mask === AUTO_MASK ? undefined : mask);

/** The header of a mask, where it is a file. @throws PhotoGuardError like `readHeaderWithin`, naming the file */
export async function readMaskHeader(mask: string | undefined, budget: Budget): Promise<PhotoHeader | undefined> {
  const file = maskFile(mask);
  return file === undefined ? undefined : given('--mask', file, readHeaderWithin(file, budget));
}

/** Bytes that decoding a mask for a photo of so many pixels takes at its worst moment, with both sizes of it. */
export const maskBytes = ({ width, height, decodeBytes }: PhotoHeader, area: number): number =>
  decodeBytes + width * height + area;

/**
 * The mask that was given for a photo of a size, decoded within the budget.
 * @throws PhotoGuardError for a file that is not a mask, naming it
 */
export async function givenMask(mask: string | undefined, size: Size, budget: Budget): Promise<Mask | undefined> {
  if (mask === undefined) return undefined;
  return mask === AUTO_MASK ? ellipseKept(size) : given('--mask', mask, loadMask(mask, size, { memory: budget.bytes }));
}
