// What --spare means: a file whose white is spared, or `faces`, those that are found in the photo.
import { coverFaces, findFaces, readFaceNetwork } from 'photoguard/faces';
import { loadMask, type Mask, type Pixels8, type SoftMask } from 'photoguard/image/node';
import { facesFile, readOnnxFile } from 'photoguard/models/node';
import type { Runtime } from 'photoguard/runtime';
import type { Budget } from './budget.ts';
import { given } from './given.ts';

/** The word that needs no file. */
export const SPARE_FACES = 'faces';

/** What is spared of a photo. */
export interface Spared {
  readonly where: Mask | SoftMask;
  /** How many faces were found, if they were looked for. */
  readonly faces?: number;
}

/** The file of a mask, where it is one. */
export const spareFile = (spare: string | undefined): string | undefined => (spare === SPARE_FACES ? undefined : spare);

/**
 * What --spare spares of a photo, within the budget.
 * @throws PhotoGuardError for a file that is not a mask, naming it; `not-found` if the network of faces is not installed
 */
export async function givenSpare(
  spare: string | undefined,
  photo: Pixels8,
  { runtime, budget, signal }: { readonly runtime: Runtime; readonly budget: Budget; readonly signal: AbortSignal },
): Promise<Spared | undefined> {
  if (spare === undefined) return undefined;
  if (spare !== SPARE_FACES)
    return { where: await given('--spare', spare, loadMask(spare, photo, { memory: budget.bytes })) };
  const network = await readFaceNetwork(await readOnnxFile(facesFile()));
  const faces = await findFaces(photo, { network, runtime, signal });
  return { where: coverFaces(faces, photo), faces: faces.length };
}

/** A note about a --spare that spares all. */
export const spareNotes = (spared: Spared | undefined): string[] =>
  spared?.where.data.every((value) => value > 0)
    ? ['--spare covers the whole photo: that is as if nothing were spared']
    : [];
