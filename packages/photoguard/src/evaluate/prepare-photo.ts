// A photo and its mask as an evaluation uses them: squares of the side that the editor was trained on, as in the paper
// (512x512 there). All have one size, so that sets of edits can be compared, and it is the one at which the editor
// works best.
import { existsSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import { PhotoGuardError } from '../errors.ts';
import type { Mask, Pixels8, Size } from '../image/index.ts';
import { cropPixels, ellipseKept } from '../image/index.ts';
import { decodePhoto, loadMask } from '../image/node/index.ts';
import { resizedMask, resizedPixels } from '../view/index.ts';

/**
 * What is repainted: the whole photo (img2img), everything except an ellipse in the middle, or the white part of a
 * file.
 */
export type Masks =
  | { readonly kind: 'none' }
  | { readonly kind: 'auto' }
  | { readonly kind: 'folder'; readonly folder: string };

/** A photo ready for use. */
export interface PreparedPhoto {
  readonly pixels: Pixels8;
  /** White is repainted. */
  readonly mask?: Mask;
}

/**
 * Reads a photo and its mask and cuts the largest square from their middle.
 * @param memory bytes that decoding may take; default: no limit
 * @throws PhotoGuardError `image` or `input` for a photo or a mask that cannot be read, or a mask that does not fit;
 *   `memory` for one that takes more to decode
 */
export async function preparePhoto(path: string, side: number, masks: Masks, memory?: number): Promise<PreparedPhoto> {
  const { pixels: whole } = await decodePhoto(path, { memory });
  const pixels = square(whole, side);
  if (masks.kind === 'none') return { pixels };
  if (masks.kind === 'auto') return { pixels, mask: ellipseKept(pixels) };
  const mask = squareMask(await loadMask(findMask(path, masks.folder), whole, { memory }), side);
  if (mask.data.every((m) => m === 0)) throw new PhotoGuardError('input', 'its mask is black everywhere');
  if (mask.data.every((m) => m === 1)) throw new PhotoGuardError('input', 'its mask is white everywhere');
  return { pixels, mask };
}

/** The middle of a photo as a square of a side. */
export function square(pixels: Pixels8, side: number): Pixels8 {
  const { size, left, top } = middle(pixels);
  const cut = cropPixels(pixels, { left, top, width: size, height: size });
  return resizedPixels(cut, { width: side, height: side });
}

function squareMask(mask: Mask, side: number): Mask {
  const { size, left, top } = middle(mask);
  const data = Uint8Array.from({ length: size * size }, (_, i) => {
    return mask.data[(top + Math.floor(i / size)) * mask.width + left + (i % size)]!;
  });
  return resizedMask({ width: size, height: size, data }, { width: side, height: side });
}

function middle({ width, height }: Size): { size: number; left: number; top: number } {
  const size = Math.min(width, height);
  return { size, left: (width - size) >> 1, top: (height - size) >> 1 };
}

// masks/a/b.png for photos/a/b.jpg, or masks/b.png, whichever exists.
function findMask(photo: string, folder: string): string {
  const stem = basename(photo, extname(photo));
  const names = [join(folder, basename(dirname(photo)), `${stem}.png`), join(folder, `${stem}.png`)];
  const found = names.find((name) => existsSync(name));
  if (found === undefined)
    throw new PhotoGuardError('input', 'it has no mask', { hint: `expected ${stem}.png in the folder of masks` });
  return found;
}
