/*
 * Removes every picture from EXIF: the thumbnail (the second directory of the chain, and all after it), pictures that a
 * directory refers to as strips, tiles or a JPEG (SubIFDs), and those in maker notes or anywhere else. Their bytes
 * become zeros and nothing moves, so that maker notes, whose offsets are undocumented, stay valid.
 */
import { findPictures } from './embedded-pictures.ts';
import { deleteTags, openTiff, readIfd, readNumbers, type Tiff, valueRange } from './tiff-structure.ts';

const SUB_IFDS = 0x014a;
const EXIF_IFD = 0x8769;
const MAKER_NOTE = 0x927c;
/** Tags of offsets, each with the tag of the lengths: strips, tiles, a JPEG. */
const PICTURES: readonly (readonly [offsets: number, lengths: number])[] = [
  [0x0111, 0x0117],
  [0x0144, 0x0145],
  [0x0201, 0x0202],
];
const PICTURE_TAGS = new Set([...PICTURES.flat(), SUB_IFDS]);

/** Removes all pictures from EXIF, in place. Returns their names for people; empty if there were none. */
export function removeExifPreviews(exif: Uint8Array): string[] {
  const tiff = openTiff(exif);
  const removed: string[] = [];
  const note = tiff && makerNoteRange(tiff);
  if (tiff) {
    const seen = new Set<number>();
    if (wipeThumbnails(tiff, seen)) removed.push('the EXIF thumbnail');
    if (wipePictures(tiff, tiff.first, seen)) removed.push('previews in EXIF');
    deleteTags(tiff, tiff.first, PICTURE_TAGS);
  }
  for (const { start, end } of findPictures(exif)) {
    exif.fill(0, start, end);
    removed.push(note && start >= note.start && start < note.end ? 'previews in maker notes' : 'previews in EXIF');
  }
  return [...new Set(removed)];
}

function makerNoteRange(tiff: Tiff): { start: number; end: number } | undefined {
  const [inner] = readNumbers(tiff, readIfd(tiff, tiff.first).entries.get(EXIF_IFD));
  const entry = inner === undefined ? undefined : readIfd(tiff, inner).entries.get(MAKER_NOTE);
  return entry === undefined ? undefined : valueRange(tiff, entry);
}

// Whole directories are removed: the chain exists only for thumbnails.
function wipeThumbnails(tiff: Tiff, seen: Set<number>): boolean {
  const { numbers, little } = tiff;
  const { nextPointer } = readIfd(tiff, tiff.first);
  if (nextPointer === undefined) return false;
  let offset = numbers.getUint32(nextPointer, little);
  const isThere = offset !== 0;
  for (const chain = new Set<number>(); offset !== 0 && !chain.has(offset); ) {
    chain.add(offset);
    wipePictures(tiff, offset, seen);
    const next: number | undefined = readIfd(tiff, offset).nextPointer;
    offset = next === undefined ? 0 : numbers.getUint32(next, little);
  }
  numbers.setUint32(nextPointer, 0, little);
  return isThere;
}

// Removes the pictures of a directory and of those below it. Returns whether there was one.
function wipePictures(tiff: Tiff, offset: number, seen: Set<number>): boolean {
  if (seen.has(offset)) return false;
  seen.add(offset);
  const { entries } = readIfd(tiff, offset);
  let found = false;
  for (const [offsets, lengths] of PICTURES) {
    const sizes = readNumbers(tiff, entries.get(lengths));
    readNumbers(tiff, entries.get(offsets)).forEach((start, i) => {
      if (start < 8 || start >= tiff.bytes.length) return; // the header is no picture
      tiff.bytes.fill(0, start, Math.min(tiff.bytes.length, start + (sizes[i] ?? 0)));
      found = true;
    });
  }
  for (const below of readNumbers(tiff, entries.get(SUB_IFDS))) found = wipePictures(tiff, below, seen) || found;
  return found;
}
