// Saving many results: as one ZIP, or each into a folder where the browser can write to one.
import { downloadZip } from 'client-zip';
import type { PagePhoto } from './photo.svelte.ts';

/** Results with names that differ, in order: from now on they count as saved. */
export function namedResults(photos: readonly PagePhoto[]): { readonly name: string; readonly file: Blob }[] {
  const taken = new Set<string>();
  return photos.flatMap((photo) => {
    const { resultName, result } = photo;
    if (!result) return [];
    photo.saved = true;
    let name = resultName;
    for (let k = 2; taken.has(name.toLowerCase()); k++) name = resultName.replace(/(\.immunized\.\w+)$/, `-${k}$1`);
    taken.add(name.toLowerCase());
    return [{ name, file: result.file }];
  });
}

/** One ZIP of all, which is written part by part. */
export const zipOf = (photos: readonly PagePhoto[]): Promise<Blob> =>
  downloadZip(namedResults(photos).map(({ name, file }) => ({ name, input: file }))).blob();

/** Offers a file to the person, as a download. */
export function download(file: Blob, name: string): void {
  const url = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

interface Directory {
  getFileHandle(name: string, options: { create: true }): Promise<{ createWritable(): Promise<WritableStream<Blob>> }>;
}

const picker = (globalThis as { showDirectoryPicker?: (options: { mode: 'readwrite' }) => Promise<Directory> })
  .showDirectoryPicker;

/** Whether this browser can write into a folder. */
export const canPickFolder = picker !== undefined;

/** Writes all into a folder that the person picks. Resolves to false where none was picked. */
export async function saveToFolder(photos: readonly PagePhoto[]): Promise<boolean> {
  let folder: Directory;
  try {
    folder = await picker!.call(globalThis, { mode: 'readwrite' });
  } catch {
    return false;
  }
  for (const { name, file } of namedResults(photos)) {
    const handle = await folder.getFileHandle(name, { create: true });
    await file.stream().pipeTo((await handle.createWritable()) as unknown as WritableStream<Uint8Array>);
  }
  return true;
}
