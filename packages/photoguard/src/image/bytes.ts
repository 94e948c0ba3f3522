/*
 * Small things that every container format needs: joining byte arrays, text in Latin-1, numbers in both byte orders,
 * and the checksum of PNG. Nothing here depends on Node, so that the readers and writers run in a browser too.
 */

/** The arrays one after another, in a new array. */
export function concat(parts: readonly Uint8Array[]): Uint8Array {
  const result = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    result.set(part, at);
    at += part.length;
  }
  return result;
}

/** Characters 0..255 to bytes. */
export function latin1(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0) & 255);
}

/** Bytes `start` to `end` as characters 0..255. */
export function text(bytes: Uint8Array, start = 0, end = bytes.length): string {
  let result = '';
  for (let i = start; i < Math.min(end, bytes.length); i++) result += String.fromCharCode(bytes[i]!);
  return result;
}

/** Whether the bytes at `at` are these characters. */
export function startsWith(bytes: Uint8Array, characters: string, at = 0): boolean {
  return text(bytes, at, at + characters.length) === characters;
}

/** A view for reading and writing numbers at offsets of these bytes. */
export function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** A 32-bit number in four bytes, high byte first. */
export function uint32(value: number): Uint8Array {
  return Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value);
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c;
});

/** CRC-32 as PNG uses it. */
export function crc32(bytes: Uint8Array): number {
  let c = 0xffffffff;
  for (let i = 0; i < bytes.length; i++) c = CRC_TABLE[(c ^ bytes[i]!) & 255]! ^ (c >>> 8);
  return (c ^ 0xffffffff) >>> 0;
}

/** Compressed as a zlib stream, as PNG holds ICC profiles and text. */
export async function deflate(bytes: Uint8Array): Promise<Uint8Array> {
  const stream = new Blob([new Uint8Array(bytes)]).stream().pipeThrough(new CompressionStream('deflate'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/**
 * A zlib stream, decompressed.
 * @param most bytes that may come of it
 * @throws an error for a damaged stream, or one that is longer
 */
export async function inflate(bytes: Uint8Array, most: number): Promise<Uint8Array> {
  const stream = new Blob([new Uint8Array(bytes)]).stream().pipeThrough(new DecompressionStream('deflate'));
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of stream) {
    length += part.length;
    if (length > most) throw new RangeError(`more than ${most} bytes`);
    parts.push(part);
  }
  return concat(parts);
}
