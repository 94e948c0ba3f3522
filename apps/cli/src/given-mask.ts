// What --mask means: a file whose white is repainted, or `auto`.
import { ellipseKept, loadMask, type Mask, type Size } from 'photoguard/image/node';
import { given } from './given.ts';

/** The mask that needs no file: an ellipse in the middle is kept. */
export const AUTO_MASK = 'auto';

/** A note about a mask that nobody drew. */
export const maskNotes = (mask: string | undefined): string[] =>
  mask === AUTO_MASK ? ['only the middle of the photo is changed (--mask auto): an editor repaints the rest'] : [];

/** The file of a mask, where it is one. */
export const maskFile = (mask: string | undefined): string | undefined => (mask === AUTO_MASK ? undefined : mask);

/** The mask that was given for a photo of a size. @throws PhotoGuardError for a file that is not a mask, naming it */
export async function givenMask(mask: string | undefined, size: Size): Promise<Mask | undefined> {
  if (mask === undefined) return undefined;
  return mask === AUTO_MASK ? ellipseKept(size) : given('--mask', mask, loadMask(mask, size));
}
