// Saving many results: as one ZIP, or each into a folder where the browser can write to one.
import { downloadZip } from 'client-zip';
import type { PagePhoto } from './photo.svelte.ts';

/** What of a photo is saved. */
export type SavedPhoto = Pick<PagePhoto, 'resultName' | 'result' | 'saved'>;

/** Bytes of a ZIP that are gathered before the browser takes them into its own keeping, which is a file where they are many. */
const PIECE = 8e6;

/** Results with names that differ, in order. */
function namedResults(photos: readonly SavedPhoto[]) {
  const taken = new Set<string>();
  return photos.flatMap((photo) => {
    const { resultName, result } = photo;
    if (!result) return [];
    let name = resultName;
    for (let k = 2; taken.has(name.toLowerCase()); k++) name = resultName.replace(/(\.immunized\.\w+)$/, `-${k}$1`);
    taken.add(name.toLowerCase());
    return [{ name, photo, file: result.file }];
  });
}

/** One ZIP of all, which then count as saved. Photos are read one after the other; none stays in the page's memory. */
export async function zipOf(photos: readonly SavedPhoto[]): Promise<Blob> {
  const named = namedResults(photos);
  const pieces: Blob[] = [];
  for await (const piece of zipPieces(named)) pieces.push(piece);
  for (const { photo } of named) photo.saved = true;
  return new Blob(pieces, { type: 'application/zip' });
}

/** A ZIP in pieces: the first is there before the last file is read. */
export async function* zipPieces(files: readonly { readonly name: string; readonly file: Blob }[]) {
  let parts: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  const { body } = downloadZip(files.map(({ name, file }) => ({ name, input: file })));
  const reader = (body as ReadableStream<Uint8Array<ArrayBuffer>>).getReader();
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    parts.push(read.value);
    bytes += read.value.length;
    if (bytes < PIECE) continue;
    yield new Blob(parts);
    [parts, bytes] = [[], 0];
  }
  yield new Blob(parts);
}

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

/** Writes all into a folder that the person picks, if they do: what is written counts as saved. @throws where the folder takes no more */
export async function saveToFolder(photos: readonly SavedPhoto[]): Promise<void> {
  let folder: Directory;
  try {
    folder = await picker!.call(globalThis, { mode: 'readwrite' });
  } catch (error) {
    if ((error as Error).name === 'AbortError') return; // none was picked
    throw error;
  }
  for (const { name, file, photo } of namedResults(photos)) {
    const handle = await folder.getFileHandle(name, { create: true });
    await file.stream().pipeTo((await handle.createWritable()) as unknown as WritableStream<Uint8Array>);
    photo.saved = true;
  }
}
