// Photos for benches of edits: the validation part of a folder with captions, and their mask.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { PhotoGuardError } from 'photoguard/errors';
import { decodePhoto, type Mask, type Pixels8, type Size } from 'photoguard/image/node';
import { resizedPixels } from 'photoguard/view';
import { readCaptions } from '../../training/data/photo-set.ts';

/**
 * Equally many of each kind, in the order of the list.
 * @throws PhotoGuardError `usage` for a folder without captions, `input` for a line of them that does not fit
 */
export async function validationPhotos(folder: string, limit: number, size: Size): Promise<Pixels8[]> {
  if (!existsSync(join(folder, 'captions.jsonl')))
    throw new PhotoGuardError('usage', 'set PHOTOGUARD_CAPTIONED to a folder with captions.jsonl');
  const files = (await readCaptions(folder)).filter(({ split }) => split === 'validation').map(({ file }) => file);
  const kinds = [...new Set(files.map((file) => file.split('/')[0]!))];
  const chosen = kinds.flatMap((kind) =>
    files.filter((file) => file.startsWith(`${kind}/`)).slice(0, Math.ceil(limit / kinds.length)),
  );
  return Promise.all(
    chosen.slice(0, limit).map(async (file) => resizedPixels((await decodePhoto(join(folder, file))).pixels, size)),
  );
}

/** A square in the middle is kept, half of each side. */
export function middleKept({ width, height }: Size): Mask {
  const isMiddle = (x: number, side: number): boolean => x >= side / 4 && x < (3 * side) / 4;
  const data = Uint8Array.from({ length: width * height }, (_, i) =>
    isMiddle(i % width, width) && isMiddle(Math.floor(i / width), height) ? 0 : 1,
  );
  return { width, height, data };
}
