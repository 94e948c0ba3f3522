// Where results go: a file for one photo, a folder for several, or beside each photo.
import { mkdir, stat } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { PhotoGuardError } from 'photoguard/errors';
import { sameFile } from 'photoguard/image/node';

/** The output's path of a photo. Folders are made; a file name with several photos is an error. */
export async function outputOf(photo: string, count: number, output?: string): Promise<string> {
  const stem = basename(photo, extname(photo));
  const extension = extname(photo).toLowerCase() === '.webp' ? '.webp' : '.png';
  const name = `${stem}.immunized${extension}`;
  if (output === undefined) return join(dirname(photo), name);
  if (await isFolder(output)) return join(output, name);
  if (count === 1 && extname(output) !== '') return output;
  if (extname(output) !== '')
    throw new PhotoGuardError('usage', 'several photos need a folder to go to', { got: `-o ${output}` });
  await makeFolder(output);
  return join(output, name);
}

/** The path of a photo's side-by-side picture. */
export async function compareOf(photo: string, count: number, compare: string): Promise<string> {
  if (count === 1 && !(await isFolder(compare)) && extname(compare) !== '') return compare;
  if (!(await isFolder(compare))) await makeFolder(compare);
  return join(compare, `${basename(photo, extname(photo))}.compare.png`);
}

/** The path of the picture that is made unasked: beside the output. */
export const compareBeside = (photo: string, output: string): string =>
  join(dirname(output), `${basename(photo, extname(photo))}.compare.png`);

/**
 * Reserves a path for one result, before any work is done for it.
 * @throws PhotoGuardError `unwritable` when it is one of `originals`, or already holds another result of this run
 */
export async function claim(path: string, originals: readonly string[], claimed: string[]): Promise<void> {
  const refuse = (what: string): never => {
    throw new PhotoGuardError('unwritable', what, { got: path, hint: 'give another name with -o or --compare' });
  };
  for (const file of originals)
    if (await sameFile(path, file)) refuse('the output would overwrite an original: a photo, the mask or the target');
  for (const file of claimed) if (await sameFile(path, file)) refuse('two results of this run would go to one file');
  claimed.push(path);
}

/** A folder that is made if it is not there. */
export async function folderOf(path: string): Promise<string> {
  await makeFolder(path);
  return path;
}

async function isFolder(path: string): Promise<boolean> {
  if (path.endsWith('/')) await makeFolder(path);
  return stat(path).then(
    (status) => status.isDirectory(),
    () => false,
  );
}

async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split(',')[0] : String(cause);
    throw new PhotoGuardError('unwritable', `cannot make the folder ${path}: ${reason}`, { cause });
  }
}
