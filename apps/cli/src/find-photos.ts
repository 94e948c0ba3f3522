// From arguments to photos: files as named, and the photos in folders. Files that this program wrote are left out, so
// that the same command can be run again.
import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve, sep } from 'node:path';
import { PhotoGuardError } from 'photoguard/errors';

/** A photo, and the folder that its path in a folder of results is relative to. */
export interface FoundPhoto {
  readonly input: string;
  /** The folder that was given, for photos found in one; else the photo's own. */
  readonly root: string;
}

/** Photos in the order of the arguments, and notes about what was left out. */
export interface FoundPhotos {
  readonly photos: readonly FoundPhoto[];
  /** Whether there may be several: a folder was given, or more than one file. */
  readonly several: boolean;
  readonly notes: readonly string[];
}

/** Extensions of photos. HEIC is included so that it is reported where it cannot be decoded. */
const PHOTOS = new Set(['.png', '.jpg', '.jpeg', '.jpe', '.webp', '.avif', '.tif', '.tiff', '.heic', '.heif']);
const RESULT = /\.(immunized|compare|edited(-seed\d+)?)\.\w+$/i;
const inOrder = new Intl.Collator('en', { numeric: true });

/**
 * Looks for photos.
 * @param output the folder of results: the photos in it are not to be immunized
 * @throws PhotoGuardError `input` for a folder without photos, or one that cannot be read
 */
export async function findPhotos(
  args: readonly string[],
  { recursive, output }: { readonly recursive: boolean; readonly output?: string | undefined },
): Promise<FoundPhotos> {
  const photos: FoundPhoto[] = [];
  const folders = await Promise.all(args.map(isFolder));
  for (const [i, given] of args.entries())
    photos.push(...(folders[i] ? await photosIn(given, recursive, output) : [{ input: given, root: dirname(given) }]));
  const several = args.length > 1 || folders.includes(true);
  const once = [...new Map(photos.map((photo) => [resolve(photo.input), photo])).values()];
  const kept = several ? once.filter(({ input }) => !RESULT.test(basename(input))) : once;
  const left = once.length - kept.length;
  return {
    photos: kept,
    several,
    notes:
      left > 0
        ? [`${left} left out: by their names they are results of this program (*.immunized.*, *.compare.*, *.edited.*)`]
        : [],
  };
}

async function photosIn(folder: string, recursive: boolean, output: string | undefined): Promise<FoundPhoto[]> {
  const results = output === undefined ? undefined : await realpath(output).catch(() => undefined);
  const [files, folders] = await listContents(folder);
  const found: FoundPhoto[] = [];
  const pending = [...folders];
  found.push(...files.map((input) => ({ input, root: folder })));
  while (recursive && pending.length > 0) {
    const next = pending.shift()!;
    if ((await realpath(next)) === results) continue;
    const [more, deeper] = await listContents(next);
    found.push(...more.map((input) => ({ input, root: folder })));
    pending.unshift(...deeper);
  }
  if (found.length > 0) return found;
  const below = folders.length > 0 && !recursive;
  throw new PhotoGuardError('input', `there is no photo in the folder ${folder}`, {
    hint: below ? '-r looks into its subfolders, too' : `photos are ${[...PHOTOS].join(', ')}`,
  });
}

// Photos and folders in a folder, sorted as people count (2 before 10), without hidden ones. Links to folders are not
// followed: they may form a cycle.
async function listContents(folder: string): Promise<[files: string[], folders: string[]]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((cause: unknown) => {
    throw new PhotoGuardError('input', `the folder ${folder} cannot be read`, {
      got: cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause),
      cause,
    });
  });
  const shown = entries.filter(({ name }) => !name.startsWith('.')).sort((a, b) => inOrder.compare(a.name, b.name));
  const at = (name: string): string => (folder.endsWith(sep) ? folder + name : join(folder, name));
  return [
    shown
      .filter((entry) => !entry.isDirectory() && PHOTOS.has(extname(entry.name).toLowerCase()))
      .map(({ name }) => at(name)),
    shown.filter((entry) => entry.isDirectory()).map(({ name }) => at(name)),
  ];
}

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (status) => status.isDirectory(),
    () => false,
  );
