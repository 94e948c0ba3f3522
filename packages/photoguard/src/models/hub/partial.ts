// Downloads that are not whole. Each process writes to a file of its own, so two that fetch the same thing never mix
// their bytes. What a stopped download leaves lies under one common name, from where the next one takes it over by
// renaming; what a killed process leaves is taken over as well.
import { randomBytes } from 'node:crypto';
import { readdir, rename, stat, unlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';

const ABANDONED_MS = 3_600_000;
const HOST = hostname().replace(/[^\w-]/g, '_');

/** Bytes of a file, 0 where there is none. */
export const sizeOf = (path: string): Promise<number> =>
  stat(path).then(
    ({ size }) => size,
    () => 0,
  );

/** A file for this process alone to write to; it holds what an earlier attempt left, if there was one. */
export async function claimPartial(target: string): Promise<string> {
  const mine = `${target}.${HOST}.${process.pid}.${randomBytes(4).toString('hex')}.part`;
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

/** Leaves what has come so far to the next attempt; the longer one stays if two are left. */
export async function releasePartial(partial: string, target: string): Promise<void> {
  const common = `${target}.incomplete`;
  if ((await sizeOf(partial)) > (await sizeOf(common))) await rename(partial, common).catch(() => undefined);
  else await discard(partial);
}

/** Deletes a file if it is there. */
export const discard = (path: string): Promise<void> => unlink(path).catch(() => undefined);

async function leftovers(target: string): Promise<string[]> {
  const [folder, name] = [dirname(target), basename(target)];
  const found: string[] = [];
  for (const entry of await readdir(folder).catch(() => [])) {
    if (!entry.startsWith(`${name}.`)) continue;
    const [host, pid, , suffix] = entry.slice(name.length + 1).split('.');
    const path = join(folder, entry);
    if (entry === `${name}.incomplete` || (suffix === 'part' && (await isAbandoned(path, host!, Number(pid)))))
      found.push(path);
  }
  return found;
}

// A process of another machine cannot be asked whether it lives: its file is left alone until nothing was added for long.
async function isAbandoned(path: string, host: string, pid: number): Promise<boolean> {
  if (host === HOST) return !isAlive(pid);
  const status = await stat(path).catch(() => undefined);
  return status !== undefined && Date.now() - status.mtimeMs > ABANDONED_MS;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as { code?: unknown }).code !== 'ESRCH';
  }
}
