/*
 * EXIF is kept byte for byte but for three things that would be wrong in the written photo: the orientation (applied to
 * the pixels, so it becomes 1), width and height where a rotation swapped them, and the embedded thumbnail, which would
 * show the unprotected photo to anyone who looks. They are changed in place, so that maker notes, whose offsets nobody
 * documents, stay where they are. A structure that does not parse is left alone.
 */
import { text, view } from './bytes.ts';

const ORIENTATION = 0x0112;
const EXIF_IFD = 0x8769;
const WIDTHS = [0x0100, 0xa002];
const HEIGHTS = [0x0101, 0xa003];
const THUMBNAIL_OFFSET = 0x0201;
const THUMBNAIL_LENGTH = 0x0202;

/** The changed copy, and whether a thumbnail was taken out of it. */
export interface NormalisedExif {
  readonly exif: Uint8Array;
  readonly thumbnailRemoved: boolean;
}

/**
 * EXIF as it should be written: TIFF structure without the `Exif\0\0` that JPEG puts before it.
 *
 * @param swapped whether the pixels were turned by a quarter, so that width and height changed places
 */
export function normaliseExif(source: Uint8Array, swapped: boolean): NormalisedExif {
  const exif = new Uint8Array(text(source, 0, 6) === 'Exif\0\0' ? source.subarray(6) : source);
  const order = text(exif, 0, 2);
  if (exif.length < 8 || (order !== 'II' && order !== 'MM')) return { exif, thumbnailRemoved: false };
  const tiff = { numbers: view(exif), little: order === 'II' };
  const first = readIfd(tiff, tiff.numbers.getUint32(4, tiff.little));
  const orientation = first.entries.get(ORIENTATION);
  if (orientation !== undefined) tiff.numbers.setUint16(orientation + 8, 1, tiff.little);
  if (swapped) {
    const pointer = first.entries.get(EXIF_IFD);
    const inner = pointer === undefined ? undefined : readIfd(tiff, tiff.numbers.getUint32(pointer + 8, tiff.little));
    swapSizes(exif, first.entries);
    if (inner) swapSizes(exif, inner.entries);
  }
  return { exif, thumbnailRemoved: removeThumbnail(exif, tiff, first.nextPointer) };
}

interface Tiff {
  readonly numbers: DataView;
  readonly little: boolean;
}

interface Ifd {
  /** Offset of each tag's 12-byte entry: tag, type, count, value. */
  readonly entries: Map<number, number>;
  /** Where the offset of the next IFD is written; undefined when cut off. */
  readonly nextPointer: number | undefined;
}

function readIfd({ numbers, little }: Tiff, offset: number): Ifd {
  const entries = new Map<number, number>();
  if (offset + 2 > numbers.byteLength) return { entries, nextPointer: undefined };
  const count = numbers.getUint16(offset, little);
  for (let i = 0; i < count; i++) {
    const entry = offset + 2 + 12 * i;
    if (entry + 12 > numbers.byteLength) return { entries, nextPointer: undefined };
    entries.set(numbers.getUint16(entry, little), entry);
  }
  const next = offset + 2 + 12 * count;
  return { entries, nextPointer: next + 4 <= numbers.byteLength ? next : undefined };
}

/** Exchanges type, count and value of the width and height entries; their tags stay in order. */
function swapSizes(exif: Uint8Array, entries: Map<number, number>): void {
  for (let i = 0; i < WIDTHS.length; i++) {
    const width = entries.get(WIDTHS[i]!);
    const height = entries.get(HEIGHTS[i]!);
    if (width === undefined || height === undefined) continue;
    const old = exif.slice(width + 2, width + 12);
    exif.copyWithin(width + 2, height + 2, height + 12);
    exif.set(old, height + 2);
  }
}

function removeThumbnail(exif: Uint8Array, tiff: Tiff, nextPointer: number | undefined): boolean {
  if (nextPointer === undefined) return false;
  const { numbers, little } = tiff;
  const second = numbers.getUint32(nextPointer, little);
  if (second === 0) return false;
  const { entries } = readIfd(tiff, second);
  const at = entries.get(THUMBNAIL_OFFSET);
  const length = entries.get(THUMBNAIL_LENGTH);
  if (at !== undefined && length !== undefined) {
    const start = numbers.getUint32(at + 8, little);
    if (start >= 8) exif.fill(0, start, Math.min(exif.length, start + numbers.getUint32(length + 8, little)));
  }
  numbers.setUint32(nextPointer, 0, little);
  return true;
}

/** An XMP packet with `tiff:Orientation` set to 1, as attribute or element; all else as it was. */
export function normaliseXmp(xmp: Uint8Array): Uint8Array {
  const packet = new TextDecoder().decode(xmp);
  const changed = packet
    .replace(/(\btiff:Orientation\s*=\s*["'])[2-8](["'])/g, '$11$2')
    .replace(/(<tiff:Orientation[^>]*>\s*)[2-8](\s*<)/g, '$11$2');
  return changed === packet ? new Uint8Array(xmp) : new TextEncoder().encode(changed);
}
