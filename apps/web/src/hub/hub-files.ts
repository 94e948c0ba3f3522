// Weights of the hub's models in the page's private file system: `<sha256>` where they are whole, `<sha256>.part` while they come.

const FOLDER = 'photoguard-hub';

/** A file handle, with what pages lack and workers have, or TypeScript does not know yet. */
export type Movable = FileSystemFileHandle & {
  move(name: string): Promise<void>;
  createSyncAccessHandle(): Promise<SyncAccess>;
};

/** A file that is open for nobody else. */
export interface SyncAccess {
  getSize(): number;
  truncate(size: number): void;
  read(into: Uint8Array, options: { at: number }): number;
  write(bytes: Uint8Array, options: { at: number }): number;
  flush(): void;
  close(): void;
}

/** The folder. @throws where the browser has no storage */
export const openFolder = async (): Promise<FileSystemDirectoryHandle> =>
  (await navigator.storage.getDirectory()).getDirectoryHandle(FOLDER, { create: true });

/** Whole weights; undefined where they are not here. */
export async function readWeights(sha256: string): Promise<File | undefined> {
  try {
    return await (await (await openFolder()).getFileHandle(sha256)).getFile();
  } catch {
    return undefined;
  }
}

/** Forgets weights, and what has come of them. */
export async function removeWeights(sha256: string): Promise<void> {
  const folder = await openFolder();
  for (const name of [sha256, `${sha256}.part`]) await folder.removeEntry(name).catch(() => undefined);
}
