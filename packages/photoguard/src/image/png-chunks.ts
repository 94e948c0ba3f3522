/*
 * A PNG file is a signature and a list of chunks: length, type, payload, checksum. Reading lists what a file contains
 * apart from its pixels; writing inserts chunks after the header, where colour chunks must be and text may be. The
 * pixel data stay as they are.
 */
import { concat, crc32, deflate, latin1, startsWith, text, uint32, view } from './bytes.ts';
import type { PngChunk } from './types.ts';

const SIGNATURE = '\x89PNG\r\n\x1a\n';

/** The complete chunks of a PNG file, in order; checksums are left to the decoder. */
export function readPngChunks(bytes: Uint8Array): PngChunk[] {
  const chunks: PngChunk[] = [];
  if (!startsWith(bytes, SIGNATURE)) return chunks;
  const numbers = view(bytes);
  for (let at = 8; at + 12 <= bytes.length; ) {
    const length = numbers.getUint32(at);
    if (at + 12 + length > bytes.length) break;
    chunks.push({ type: text(bytes, at + 4, at + 8), data: bytes.subarray(at + 8, at + 8 + length) });
    at += 12 + length;
  }
  return chunks;
}

/**
 * The same PNG file with `added` after its header. Chunks that may occur only once replace those of the same type, and
 * a resolution that is not among `added` is dropped: encoders write 72 dots per inch.
 */
export function withPngChunks(bytes: Uint8Array, added: readonly PngChunk[]): Uint8Array {
  const chunks = readPngChunks(bytes);
  const replaced = new Set(['pHYs', ...added.filter((chunk) => !isText(chunk)).map((chunk) => chunk.type)]);
  const kept = chunks.filter((chunk) => !replaced.has(chunk.type));
  const [header, ...rest] = kept;
  if (header === undefined) return bytes;
  return concat([latin1(SIGNATURE), ...[header, ...added, ...rest].map(serialise)]);
}

/** Whether a chunk contains text; a file may have any number of these. */
export function isText(chunk: PngChunk): boolean {
  return chunk.type === 'tEXt' || chunk.type === 'zTXt' || chunk.type === 'iTXt';
}

/** Keyword of a text chunk (`tEXt`, `zTXt`, `iTXt`): its first bytes up to a zero. */
export function textKeyword(chunk: PngChunk): string {
  const end = chunk.data.indexOf(0);
  return text(chunk.data, 0, end < 0 ? 79 : Math.min(end, 79));
}

/** An `iCCP` chunk. */
export async function iccChunk(icc: Uint8Array): Promise<PngChunk> {
  return { type: 'iCCP', data: concat([latin1('ICC profile\0\0'), await deflate(icc)]) };
}

/** An uncompressed `iTXt` chunk with an XMP packet, as Adobe specifies it. */
export function xmpChunk(xmp: Uint8Array): PngChunk {
  return { type: 'iTXt', data: concat([latin1('XML:com.adobe.xmp\0\0\0\0\0'), xmp]) };
}

/** IPTC has no chunk of its own: the `Raw profile type iptc` text that ImageMagick and ExifTool write and read. */
export async function iptcChunk(iptc: Uint8Array): Promise<PngChunk> {
  const hex = Array.from(iptc, (byte) => byte.toString(16).padStart(2, '0')).join('');
  const lines = hex.match(/.{1,72}/g) ?? [];
  const profile = `\niptc\n${String(iptc.length).padStart(8)}\n${lines.join('\n')}\n`;
  return { type: 'zTXt', data: concat([latin1('Raw profile type iptc\0\0'), await deflate(latin1(profile))]) };
}

function serialise(chunk: PngChunk): Uint8Array {
  const body = concat([latin1(chunk.type), chunk.data]);
  return concat([uint32(chunk.data.length), body, uint32(crc32(body))]);
}
