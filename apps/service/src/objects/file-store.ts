// Objects as files in a folder. A file appears under its name only when it is complete.
import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Away } from '../away.ts';
import { type ObjectStore, rowOfKey } from './object-store.ts';

/** A store in a folder, which is made where it is absent. Files are readable by their owner only. Throws Away while its disk is full. */
export function fileStore(folder: string): ObjectStore {
  const pathOf = (key: string): string => {
    rowOfKey(key);
    return join(folder, key);
  };
  return {
    async put(key, bytes) {
      const path = pathOf(key);
      const part = `${path}.${randomUUID()}.part`;
      try {
        await mkdir(dirname(path), { recursive: true, mode: 0o700 });
        const file = await open(part, 'wx', 0o600);
        try {
          await file.writeFile(bytes);
          await file.sync();
        } finally {
          await file.close();
        }
        await rename(part, path);
      } catch (error) {
        await rm(part, { force: true });
        throw isFull(error) ? new Away('the disk', error, 'is full') : error;
      }
    },
    get: (key) => readFile(pathOf(key)).catch(undefinedIfAbsent),
    async delete(keys) {
      await Promise.all(keys.map((key) => rm(pathOf(key), { force: true })));
    },
    async *list() {
      const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
      for (const entry of entries) {
        if (!entry.isFile()) continue;
        const path = join(entry.parentPath, entry.name);
        const found = await stat(path).catch(undefinedIfAbsent);
        if (found) yield { key: path.slice(folder.length + 1), stored: found.mtime };
      }
    },
  };
}

/** Whether a disk, or what somebody may have of it, is full. */
export const isFull = (error: unknown): boolean =>
  ['ENOSPC', 'EDQUOT'].includes((error as NodeJS.ErrnoException).code ?? '');

function undefinedIfAbsent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
