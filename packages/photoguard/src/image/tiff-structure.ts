/*
 * The structure of EXIF, which is that of TIFF: directories (IFDs) of 12-byte entries, each a tag, a type, a count and
 * a value or where it is. Read and changed in place, so that nothing else moves. No number can be trusted: what points
 * outside the block is ignored.
 */
import { text, view } from './bytes.ts';

/** Bytes of a TIFF structure, to be changed in place. */
export interface Tiff {
  readonly bytes: Uint8Array;
  readonly numbers: DataView;
  readonly little: boolean;
  /** Offset of the first directory. */
  readonly first: number;
}

/** A directory. */
export interface Ifd {
  /** Offset of each tag's 12-byte entry. */
  readonly entries: ReadonlyMap<number, number>;
  /** Where the offset of the next directory is written; undefined when cut off. */
  readonly nextPointer: number | undefined;
}

/** Bytes of one value of each type (TIFF 6.0, section 2). */
const TYPE_BYTES = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4];

/** The structure of some bytes, or undefined if they have none. */
export function openTiff(bytes: Uint8Array): Tiff | undefined {
  const order = text(bytes, 0, 2);
  if (bytes.length < 8 || (order !== 'II' && order !== 'MM')) return undefined;
  const numbers = view(bytes);
  const little = order === 'II';
  return { bytes, numbers, little, first: numbers.getUint32(4, little) };
}

/** The directory at an offset. */
export function readIfd({ numbers, little }: Tiff, offset: number): Ifd {
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

/** Where an entry's values are, limited to the block. */
export function valueRange({ numbers, little }: Tiff, entry: number): { start: number; end: number } {
  const bytes = (TYPE_BYTES[numbers.getUint16(entry + 2, little)] ?? 1) * numbers.getUint32(entry + 4, little);
  const start = bytes <= 4 ? entry + 8 : numbers.getUint32(entry + 8, little);
  return { start: Math.min(start, numbers.byteLength), end: Math.min(start + bytes, numbers.byteLength) };
}

/** An entry's whole numbers (bytes, shorts, longs); empty if the entry is absent. */
export function readNumbers(tiff: Tiff, entry: number | undefined): number[] {
  if (entry === undefined) return [];
  const { numbers, little } = tiff;
  const type = numbers.getUint16(entry + 2, little);
  const size = TYPE_BYTES[type] ?? 1;
  const { start, end } = valueRange(tiff, entry);
  const values: number[] = [];
  for (let at = start; at + size <= end; at += size) {
    if (size === 2) values.push(numbers.getUint16(at, little));
    else values.push(size === 4 ? numbers.getUint32(at, little) : numbers.getUint8(at));
  }
  return values;
}

/** Removes tags from the directory at an offset: later entries and the pointer to the next directory move up. */
export function deleteTags(tiff: Tiff, offset: number, tags: ReadonlySet<number>): void {
  const { bytes, numbers, little } = tiff;
  const { entries, nextPointer } = readIfd(tiff, offset);
  const doomed = [...entries].filter(([tag]) => tags.has(tag)).map(([, entry]) => entry);
  if (doomed.length === 0 || nextPointer === undefined) return;
  for (const entry of doomed.sort((a, b) => b - a)) bytes.copyWithin(entry, entry + 12, nextPointer + 4);
  bytes.fill(0, nextPointer + 4 - 12 * doomed.length, nextPointer + 4);
  numbers.setUint16(offset, (nextPointer - offset - 2) / 12 - doomed.length, little);
}
