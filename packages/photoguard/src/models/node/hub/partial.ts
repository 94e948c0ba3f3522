// Unfinished downloads. Each process writes to its own file (part-files.ts), so two that fetch the same file never mix
// their bytes. A stopped download is left under a common name, and the next one takes it over by renaming it. What a
// killed process leaves is taken over too, or moved there when the model is next requested.
import { access, readdir, rename, stat, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { abandonedParts, findWhole, partPath } from '../../../part-files.ts';

/** Bytes of a file, 0 if it does not exist. */
export const sizeOf = (path: string): Promise<number> =>
  stat(path).then(
    ({ size }) => size,
    () => 0,
  );

/** A file that only this process writes to; it contains what an earlier attempt left, if anything. */
export async function claimPartial(target: string): Promise<string> {
  const mine = partPath(`${target}.`);
  const left = await Promise.all((await leftovers(target)).map(async (path) => [await sizeOf(path), path] as const));
  left.sort(([a], [b]) => b - a);
  let claimed = false;
  for (const [, path] of left) {
    if (claimed) await discard(path);
    else
      claimed = await rename(path, mine).then(
        () => true,
        () => false, // another process was faster
      );
  }
  return mine;
}

/** Leaves what was downloaded to the next attempt; of two, the longer one is kept. */
export async function releasePartial(partial: string, target: string): Promise<void> {
  const common = `${target}.incomplete`;
  if ((await sizeOf(partial)) > (await sizeOf(common))) await rename(partial, common).catch(() => undefined);
  else await discard(partial);
}

/**
 * Cleans up what killed processes left in a folder: parts of files that are now complete are deleted; of the others the
 * longest is kept for the next attempt.
 */
export async function tidyPartials(folder: string): Promise<void> {
  for (const part of await abandonedParts(join(folder, '/'))) {
    const target = findWhole(part);
    const isWhole = await access(target).then(
      () => true,
      () => false,
    );
    if (isWhole) await discard(part);
    else await releasePartial(part, target);
  }
}

/** Deletes a file if it is there. */
export const discard = (path: string): Promise<void> => unlink(path).catch(() => undefined);

async function leftovers(target: string): Promise<string[]> {
  const common = `${basename(target)}.incomplete`;
  const isThere = (await readdir(dirname(target)).catch((): string[] => [])).includes(common);
  return [...(isThere ? [`${target}.incomplete`] : []), ...(await abandonedParts(`${target}.`))];
}
