/*
 * EXIF is kept byte for byte except for what would be wrong in the written photo: the orientation (applied to the
 * pixels, so it becomes 1), width and height if a rotation swapped them, and every picture in it, which would show the
 * unprotected photo (exif-previews.ts). All changes are made in place. A structure that does not parse is left
 * unchanged, except for pictures.
 */
import { text } from './bytes.ts';
import { removeExifPreviews } from './exif-previews.ts';
import { openTiff, readIfd, readNumbers } from './tiff-structure.ts';

const ORIENTATION = 0x0112;
const EXIF_IFD = 0x8769;
const WIDTHS = [0x0100, 0xa002];
const HEIGHTS = [0x0101, 0xa003];

/** The changed copy, and the names of the pictures removed from it: `the EXIF thumbnail`. */
export interface NormalisedExif {
  readonly exif: Uint8Array;
  readonly removed: readonly string[];
}

/**
 * EXIF for the written photo: a TIFF structure without the `Exif\0\0` that JPEG puts before it.
 *
 * @param swapped whether the pixels were turned by a quarter, so that width and height changed places
 */
export function normaliseExif(source: Uint8Array, swapped: boolean): NormalisedExif {
  const exif = new Uint8Array(text(source, 0, 6) === 'Exif\0\0' ? source.subarray(6) : source);
  const tiff = openTiff(exif);
  if (tiff) {
    const { entries } = readIfd(tiff, tiff.first);
    const orientation = entries.get(ORIENTATION);
    if (orientation !== undefined) tiff.numbers.setUint16(orientation + 8, 1, tiff.little);
    const [inner] = readNumbers(tiff, entries.get(EXIF_IFD));
    if (swapped) {
      swapSizes(exif, entries);
      if (inner !== undefined) swapSizes(exif, readIfd(tiff, inner).entries);
    }
  }
  return { exif, removed: removeExifPreviews(exif) };
}

/** Exchanges type, count and value of the width and height entries; their tags stay in order. */
function swapSizes(exif: Uint8Array, entries: ReadonlyMap<number, number>): void {
  for (let i = 0; i < WIDTHS.length; i++) {
    const width = entries.get(WIDTHS[i]!);
    const height = entries.get(HEIGHTS[i]!);
    if (width === undefined || height === undefined) continue;
    const old = exif.slice(width + 2, width + 12);
    exif.copyWithin(width + 2, height + 2, height + 12);
    exif.set(old, height + 2);
  }
}
