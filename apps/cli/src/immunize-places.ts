// Where each result of a batch goes, without losing any existing file.
import { dirname, join, relative, resolve, sep } from 'node:path';
import { PhotoGuardError } from 'photoguard/errors';
import { formatOfName, type OutputFormat, type PhotoHeader } from 'photoguard/image/node';
import type { ImmunizationRecord } from 'photoguard/record';
import type { FoundPhoto } from './find-photos.ts';
import { pictureAt, resultAt } from './finished.ts';
import {
  Claims,
  compareBeside,
  makeFolder,
  nameComparison,
  namesFile,
  requireFolderFor,
  requirePng,
} from './outputs.ts';
import { chooseFormat, nameResult, RESULT_NAME } from './result-names.ts';
import type { ImmunizeOptions } from './settings.ts';

/** A photo, and where its results go. */
export interface PlacedPhoto {
  readonly input: string;
  readonly output: string;
  readonly format: OutputFormat;
  /** The side-by-side picture. */
  readonly compare?: string;
  /** Record of a result from an earlier run. */
  readonly former?: ImmunizationRecord;
}

/** A photo whose header could be read. */
export interface Readable extends FoundPhoto {
  readonly header: PhotoHeader;
}

/**
 * Decides where the results of every photo go, and creates their folders.
 * @param several whether there may be more than one photo: then -o and --compare must be folders
 * @param originals files that must stay as they are
 * @throws PhotoGuardError `usage` for paths that cannot be used; files in the way are all named at once. `unwritable` for folders
 */
export async function placePhotos(
  readable: readonly Readable[],
  several: boolean,
  originals: readonly string[],
  options: ImmunizeOptions,
): Promise<PlacedPhoto[]> {
  const photos = await placed(readable, several, options);
  await checkPlaces(photos, originals, options);
  const planned = await withFormer(photos, options);
  for (const folder of listFolders(photos, options)) await makeFolder(folder);
  for (const { output, compare } of photos) {
    await requireFolderFor(output);
    if (compare !== undefined) await requireFolderFor(compare);
  }
  return planned;
}

async function placed(photos: readonly Readable[], several: boolean, options: ImmunizeOptions): Promise<PlacedPhoto[]> {
  const { output, compare, name = RESULT_NAME, format: wanted } = options;
  const file = await findFile('-o', output, several);
  if (file !== undefined && wanted !== undefined && wanted !== 'same' && formatOfName(file) !== wanted)
    throw new PhotoGuardError('usage', '-o and --format ask for different formats', { got: `${file} and ${wanted}` });
  const shown = await findFile('--compare', compare || undefined, several);
  const picture = shown === undefined ? undefined : requirePng(shown);
  const common = commonFolder(photos.map(({ input }) => dirname(resolve(input))));
  return photos.map(({ input, root, header }) => {
    const format = file === undefined ? chooseFormat(header.format, wanted) : formatOfName(file);
    const below = relative(options.keepFolders ? common : resolve(root), dirname(resolve(input)));
    const place =
      file ?? join(output === undefined ? dirname(input) : join(output, below), nameResult(input, name, format));
    const beside =
      picture ??
      (typeof compare === 'string'
        ? join(compare, below, nameComparison(place))
        : compare === undefined && options.picture && !several
          ? compareBeside(place)
          : undefined);
    return {
      ...{ input, output: place, format },
      compare: beside,
    };
  });
}

// The file that an option names, where it names one.
async function findFile(option: string, path: string | undefined, several: boolean): Promise<string | undefined> {
  if (path === undefined || !(await namesFile(path))) return undefined;
  if (!several) return path;
  throw new PhotoGuardError('usage', 'several photos need an output folder', {
    got: `${option} ${path}`,
    hint: 'end the path with / if it is a folder',
  });
}

async function checkPlaces(
  photos: readonly PlacedPhoto[],
  originals: readonly string[],
  options: ImmunizeOptions,
): Promise<void> {
  checkNames(photos, options);
  const claims = await Claims.beside(originals);
  for (const { input, output, compare } of photos) {
    await claims.claim(output, input);
    if (compare !== undefined) await claims.claim(compare, input);
  }
}

// Refuses photos whose results would have the same path, with a hint that fits them.
function checkNames(photos: readonly PlacedPhoto[], { output }: ImmunizeOptions): void {
  const first = new Map<string, PlacedPhoto>();
  const same: (readonly [PlacedPhoto, PlacedPhoto])[] = [];
  for (const photo of photos) {
    const other = first.get(photo.output);
    if (other) same.push([other, photo]);
    else first.set(photo.output, photo);
  }
  if (same.length === 0) return;
  const [one, other] = same[0]!;
  const apart = output !== undefined && dirname(resolve(one.input)) !== dirname(resolve(other.input));
  throw new PhotoGuardError('usage', 'two results of this run would go to the same file', {
    got: `${one.output} for ${one.input} and ${other.input}${same.length > 1 ? `, and ${same.length - 1} more like it` : ''}`,
    hint: apart
      ? '--keep-folders keeps their folders apart, --name "{folder}-{name}.immunized" adds the folder to the name'
      : '--name "{name}-{ext}.immunized" keeps them apart',
  });
}

// Folders to create: those of results below a named folder. The folder of a named file must exist already.
function listFolders(photos: readonly PlacedPhoto[], { output, compare }: ImmunizeOptions): Set<string> {
  const isBelow = (path: string, named: string | false | undefined): boolean =>
    typeof named === 'string' && `${resolve(path)}${sep}`.startsWith(`${resolve(named)}${sep}`) && path !== named;
  return new Set(
    photos.flatMap((photo) => [
      ...(isBelow(photo.output, output) ? [dirname(photo.output)] : []),
      ...(photo.compare !== undefined && isBelow(photo.compare, compare) ? [dirname(photo.compare)] : []),
    ]),
  );
}

// Files in the way are all reported at once.
async function withFormer(photos: readonly PlacedPhoto[], { overwrite }: ImmunizeOptions) {
  const planned: PlacedPhoto[] = [];
  const others: string[] = [];
  for (const photo of photos) {
    const found = await resultAt(photo.output);
    if (found === 'other' && !overwrite) others.push(photo.output);
    planned.push(typeof found === 'string' ? photo : { ...photo, former: found });
    if (photo.compare === undefined || overwrite) continue;
    if ((await pictureAt(photo.compare)) === 'other') others.push(photo.compare);
  }
  if (others.length === 0) return planned;
  const more = others.length > 3 ? ` and ${others.length - 3} more` : '';
  throw new PhotoGuardError('usage', 'results would replace files that are not results of these photos', {
    got: `${others.slice(0, 3).join(', ')}${more}`,
    hint: 'replace them with --overwrite, or write elsewhere with -o',
  });
}

function commonFolder(folders: readonly string[]): string {
  const [first = '', ...rest] = folders;
  let common = first;
  for (const folder of rest)
    while (!`${folder}${sep}`.startsWith(common.endsWith(sep) ? common : `${common}${sep}`)) common = dirname(common);
  return common;
}
