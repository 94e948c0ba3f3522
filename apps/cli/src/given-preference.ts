// What --spare and --favour mean: a file whose white is spared or favoured, or `faces`, those that are found in the photo.
import { isUneven, type Preference } from 'photoguard/attacks';
import { coverFaces, type Face, findFaces, readFaceNetwork } from 'photoguard/faces';
import { loadMask, type Mask, type Pixels8, type SoftMask } from 'photoguard/image/node';
import { facesFile, readOnnxFile } from 'photoguard/models/node';
import type { Runtime } from 'photoguard/runtime';
import type { Budget } from './budget.ts';
import { given } from './given.ts';
import type { ImmunizeOptions } from './settings.ts';

/** The word that needs no file. */
export const FACES = 'faces';

/** What is spared and favoured of a photo. */
export interface GivenPreference {
  readonly where: Preference;
  /** How many faces were found, if they were looked for to be spared. */
  readonly facesSpared?: number;
}

/** The file of a mask, where it is one. */
export const partFile = (what: string | undefined): string | undefined => (what === FACES ? undefined : what);

interface Context {
  readonly runtime: Runtime;
  readonly budget: Budget;
  readonly signal: AbortSignal;
}

/**
 * What the options spare and favour of a photo, within the budget.
 * @throws PhotoGuardError for a file that is not a mask, naming it; `not-found` if the network of faces is not installed
 */
export async function givenPreference(
  options: Pick<ImmunizeOptions, 'spare' | 'favour'>,
  photo: Pixels8,
  context: Context,
): Promise<GivenPreference> {
  const { spare, favour } = options;
  const faces = spare === FACES || favour === FACES ? await facesOf(photo, context) : undefined;
  const part = async (option: string, what: string | undefined): Promise<Mask | SoftMask | undefined> => {
    if (what === undefined) return undefined;
    if (what === FACES) return coverFaces(faces!, photo);
    return given(option, what, loadMask(what, photo, { memory: context.budget.bytes }));
  };
  const where = { spare: await part('--spare', spare), favour: await part('--favour', favour) };
  return { where, ...(spare === FACES && { facesSpared: faces!.length }) };
}

async function facesOf(photo: Pixels8, { runtime, signal }: Context): Promise<Face[]> {
  const network = await readFaceNetwork(await readOnnxFile(facesFile()));
  return findFaces(photo, { network, runtime, signal });
}

/** A note about masks that spare or favour all, or nothing. Where no face was found, the report says so. */
export function preferenceNotes({ where, facesSpared }: GivenPreference): string[] {
  const given = (['spare', 'favour'] as const).filter((name) => where[name]).map((name) => `--${name}`);
  if (given.length === 0 || isUneven(where) || (facesSpared === 0 && !where.favour)) return [];
  const [treats, none] = given.length > 1 ? ['treat', 'neither were given'] : ['treats', 'it were not given'];
  return [`${given.join(' and ')} ${treats} all of the photo alike: that is as if ${none}`];
}
