/*
 * A WebP file is a RIFF list of chunks. One with metadata begins with a VP8X chunk that says which kinds follow; ICC
 * comes before the pixels, EXIF and XMP after them. The chunk with the pixels stays as it is.
 */
import { concat, latin1, text, view } from './bytes.ts';
import type { PhotoMetadata, Size } from './types.ts';

interface Chunk {
  readonly type: string;
  readonly data: Uint8Array;
}

/** The same WebP file with the ICC profile, EXIF and XMP of `metadata`; other metadata of the file is dropped. */
export function withWebpMetadata(bytes: Uint8Array, metadata: PhotoMetadata, size: Size, alpha: boolean): Uint8Array {
  const { icc, exif, xmp } = metadata;
  if (!icc && !exif && !xmp) return bytes;
  const pixels = readWebpChunks(bytes).filter((chunk) => ['VP8 ', 'VP8L', 'ALPH'].includes(chunk.type));
  const flags = (icc ? 0x20 : 0) | (alpha ? 0x10 : 0) | (exif ? 0x08 : 0) | (xmp ? 0x04 : 0);
  const header = new Uint8Array(10);
  const numbers = view(header);
  header[0] = flags;
  numbers.setUint16(4, (size.width - 1) & 0xffff, true);
  header[6] = (size.width - 1) >>> 16;
  numbers.setUint16(7, (size.height - 1) & 0xffff, true);
  header[9] = (size.height - 1) >>> 16;
  const chunks: Chunk[] = [{ type: 'VP8X', data: header }];
  if (icc) chunks.push({ type: 'ICCP', data: icc });
  chunks.push(...pixels);
  if (exif) chunks.push({ type: 'EXIF', data: exif });
  if (xmp) chunks.push({ type: 'XMP ', data: xmp });
  const body = concat([latin1('WEBP'), ...chunks.map(serialise)]);
  return concat([latin1('RIFF'), littleEndian(body.length), body]);
}

/** The complete chunks of a WebP file, in order. */
export function readWebpChunks(bytes: Uint8Array): Chunk[] {
  const chunks: Chunk[] = [];
  const numbers = view(bytes);
  for (let at = 12; at + 8 <= bytes.length; ) {
    const length = numbers.getUint32(at + 4, true);
    if (at + 8 + length > bytes.length) break;
    chunks.push({ type: text(bytes, at, at + 4), data: bytes.subarray(at + 8, at + 8 + length) });
    at += 8 + length + (length & 1);
  }
  return chunks;
}

function serialise(chunk: Chunk): Uint8Array {
  const padding = new Uint8Array(chunk.data.length & 1);
  return concat([latin1(chunk.type), littleEndian(chunk.data.length), chunk.data, padding]);
}

function littleEndian(value: number): Uint8Array {
  return Uint8Array.of(value, value >>> 8, value >>> 16, value >>> 24);
}
