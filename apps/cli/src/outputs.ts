// Where results go: a file for one photo, a folder for several, or next to each photo; and protection of existing
// files.
import { access, constants, mkdir, stat } from 'node:fs/promises';
import { dirname, extname, join, resolve } from 'node:path';
import { PhotoGuardError } from 'photoguard/errors';
import { identifyFile } from 'photoguard/image/node';

/**
 * Whether an option names a file rather than a folder: it has an extension, and is not an existing folder (which may
 * have a dot in its name). A trailing slash means a folder.
 */
export const namesFile = async (path: string): Promise<boolean> =>
  extname(path) !== '' && !/[/\\]$/.test(path) && !(await isFolder(path));

/** Paths of one run's results. Each is checked before any work is done for it. */
export class Claims {
  readonly #kept = new Set<string>();
  readonly #claimed = new Map<string, string>();

  /** @param originals files that must stay as they are: photos, the mask, the target */
  static async beside(originals: readonly string[]): Promise<Claims> {
    const claims = new Claims();
    for (const file of originals) for (const key of await listKeys(file)) claims.#kept.add(key);
    return claims;
  }

  /**
   * Reserves a path. An existing file will be replaced.
   * @param by what the result is made from, for the message if two results would go to the same file
   * @throws PhotoGuardError `usage` when it is an original, a folder, or taken by another result
   */
  async claim(path: string, by: string, hint = 'give another name with -o or --compare'): Promise<void> {
    const refuse = (what: string): never => {
      throw new PhotoGuardError('usage', what, { got: path, hint });
    };
    const keys = await listKeys(path);
    if (keys.some((key) => this.#kept.has(key)))
      refuse('the output would overwrite an original: a photo, the mask or the target');
    const other = keys.map((key) => this.#claimed.get(key)).find((claimed) => claimed !== undefined);
    if (other !== undefined)
      refuse(
        other === by
          ? 'two results of this run would go to the same file'
          : `two results of this run would go to the same file: those of ${other} and ${by}`,
      );
    if (await isFolder(path)) refuse('the output is an existing folder');
    for (const key of keys) this.#claimed.set(key, by);
  }
}

/** @throws PhotoGuardError `usage` if a file's folder does not exist, `unwritable` if it is not writable */
export async function requireFolderFor(path: string): Promise<void> {
  const folder = dirname(path);
  if (!(await isFolder(folder)))
    throw new PhotoGuardError('usage', 'the folder of the output does not exist', {
      got: path,
      hint: 'create it, or give a folder with -o, which is created if needed',
    });
  await access(folder, constants.W_OK).catch((cause: unknown) => {
    throw new PhotoGuardError('unwritable', 'the folder of the output is not writable', {
      got: path,
      cause,
    });
  });
}

/** Creates a folder if it does not exist, and returns it. @throws PhotoGuardError `unwritable` */
export async function makeFolder(path: string): Promise<string> {
  try {
    await make(path);
    return path;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split(',')[0] : String(cause);
    throw new PhotoGuardError('unwritable', `cannot create the folder ${path}: ${reason}`, { cause });
  }
}

// One by one: Node's recursive mkdir never ends if a parent exists but does not accept folders (/proc).
async function make(path: string): Promise<void> {
  if (await isFolder(path)) return;
  const parent = dirname(resolve(path));
  if (!(await isFolder(parent)) && parent !== resolve(path)) await make(parent);
  await mkdir(path);
}

/** Returns the path if it ends in .png. @throws PhotoGuardError `usage` for another extension */
export function requirePng(path: string): string {
  if (extname(path).toLowerCase() === '.png') return path;
  throw new PhotoGuardError('usage', '--compare writes a PNG', { got: path, hint: 'give a name that ends in .png' });
}

/** Default path of the side-by-side picture: next to the result, under its name. */
export const compareBeside = (output: string): string => join(dirname(output), nameComparison(output));

/** Name of the picture that compares a photo with its result. */
export function nameComparison(output: string): string {
  const name = output.slice(dirname(output).length).replace(/^[/\\]/, '');
  return `${name.slice(0, name.length - extname(name).length).replace(/\.immunized$/, '')}.compare.png`;
}

/** Whether a path is an existing folder. */
export const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (status) => status.isDirectory(),
    () => false,
  );

async function listKeys(path: string): Promise<string[]> {
  const { path: real, inode } = await identifyFile(resolve(path));
  return inode === undefined ? [real] : [real, inode];
}
