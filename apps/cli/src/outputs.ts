// Where results go: a file for one photo, a folder for several, or beside each photo; and that nothing there is lost.
import { access, constants, mkdir, stat } from 'node:fs/promises';
import { dirname, extname, join, resolve } from 'node:path';
import { PhotoGuardError } from 'photoguard/errors';
import { identifyFile } from 'photoguard/image/node';

/**
 * Whether an option names a file rather than a folder: it has an extension, and is no folder that is there. An existing
 * folder may have a point in its name, and a trailing slash says that a folder is meant.
 */
export const namesFile = async (path: string): Promise<boolean> =>
  extname(path) !== '' && !/[/\\]$/.test(path) && !(await isFolder(path));

/** Paths that results of one run go to. Each is checked before any work is done for it. */
export class Claims {
  readonly #kept = new Set<string>();
  readonly #claimed = new Map<string, string>();

  /** @param originals files that must stay as they are: photos, the mask, the target */
  static async beside(originals: readonly string[]): Promise<Claims> {
    const claims = new Claims();
    for (const file of originals) for (const key of await keysOf(file)) claims.#kept.add(key);
    return claims;
  }

  /**
   * Reserves a path. What is there is replaced.
   * @param by what the result is made of, for the message where two of them would go to one file
   * @throws PhotoGuardError `usage` when it is an original, a folder, taken by another result, or in no folder; `unwritable`
   *   where nothing can be written
   */
  async claim(path: string, by: string, hint = 'give another name with -o or --compare'): Promise<void> {
    const refuse = (what: string): never => {
      throw new PhotoGuardError('usage', what, { got: path, hint });
    };
    const keys = await keysOf(path);
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

/** @throws PhotoGuardError `usage` where a file's folder is not there, `unwritable` where nothing may be written into it */
export async function requireFolderOf(path: string): Promise<void> {
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

/** A folder that is made if it is not there. @throws PhotoGuardError `unwritable` */
export async function folderOf(path: string): Promise<string> {
  try {
    await make(path);
    return path;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split(',')[0] : String(cause);
    throw new PhotoGuardError('unwritable', `cannot create the folder ${path}: ${reason}`, { cause });
  }
}

// One by one: Node's own way to make several at once never ends where a parent is there and takes no folder (/proc).
async function make(path: string): Promise<void> {
  if (await isFolder(path)) return;
  const parent = dirname(resolve(path));
  if (!(await isFolder(parent)) && parent !== resolve(path)) await make(parent);
  await mkdir(path);
}

/** The path of a picture that is a PNG, as its name must say. @throws PhotoGuardError `usage` for another extension */
export function requirePng(path: string): string {
  if (extname(path).toLowerCase() === '.png') return path;
  throw new PhotoGuardError('usage', '--compare writes a PNG', { got: path, hint: 'give a name that ends in .png' });
}

/** The path of the picture that is made unasked: beside the result, under its name. */
export const compareBeside = (output: string): string => join(dirname(output), compareNameOf(output));

/** Name of the picture that compares a photo with its result. */
export function compareNameOf(output: string): string {
  const name = output.slice(dirname(output).length).replace(/^[/\\]/, '');
  return `${name.slice(0, name.length - extname(name).length).replace(/\.immunized$/, '')}.compare.png`;
}

/** Whether there is a folder of that name. */
export const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (status) => status.isDirectory(),
    () => false,
  );

async function keysOf(path: string): Promise<string[]> {
  const { path: real, inode } = await identifyFile(resolve(path));
  return inode === undefined ? [real] : [real, inode];
}
