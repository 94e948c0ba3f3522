// What a file's header says of its size, so that a small file cannot ask for all memory.
import type { InputFormat, Size } from 'photoguard/image';

/** The size that a file states; undefined where its header is not read here, or breaks off. */
export function statedSize(file: Uint8Array, format: InputFormat): Size | undefined {
  const numbers = new DataView(file.buffer, file.byteOffset, file.byteLength);
  try {
    return READERS[format]?.(numbers);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

const READERS: { readonly [format in InputFormat]?: (file: DataView) => Size | undefined } = {
  png: (file) => ({ width: file.getUint32(16), height: file.getUint32(20) }),
  gif: (file) => ({ width: file.getUint16(6, true), height: file.getUint16(8, true) }),
  jpeg: sizeOfJpeg,
  webp: sizeOfWebp,
  avif: sizeOfAvif,
};

function sizeOfJpeg(file: DataView): Size | undefined {
  for (let at = 2; file.getUint8(at) === 0xff; ) {
    const marker = file.getUint8(at + 1);
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return { height: file.getUint16(at + 5), width: file.getUint16(at + 7) };
    at += marker === 0xff ? 1 : 2 + file.getUint16(at + 2);
  }
  return undefined;
}

/** Where the content of a WebP's first chunk begins. */
const CONTENT = 20;

function sizeOfWebp(file: DataView): Size | undefined {
  const type = textAt(file, 12);
  const pair = (at: number): number => file.getUint8(at) + 0x100 * file.getUint8(at + 1);
  // Sizes less one: in 24 bits each, or in 14.
  const wide = (at: number): number => 1 + pair(at) + 0x1_0000 * file.getUint8(at + 2);
  if (type === 'VP8X') return { width: wide(CONTENT + 4), height: wide(CONTENT + 7) };
  if (type === 'VP8 ') return { width: pair(CONTENT + 6) & 0x3fff, height: pair(CONTENT + 8) & 0x3fff };
  if (type !== 'VP8L') return undefined;
  const bits = file.getUint32(CONTENT + 1, true);
  return { width: 1 + (bits & 0x3fff), height: 1 + ((bits >>> 14) & 0x3fff) };
}

// The largest of the pictures in it: a grid is larger than its cells.
function sizeOfAvif(file: DataView): Size | undefined {
  let largest: Size | undefined;
  const end = Math.min(file.byteLength - 16, MOST_HEADER);
  for (let at = 0; at < end; at++) {
    if (file.getUint8(at) !== FIRST_OF_ISPE || textAt(file, at) !== 'ispe') continue;
    const size = { width: file.getUint32(at + 8), height: file.getUint32(at + 12) };
    if (!largest || size.width * size.height > largest.width * largest.height) largest = size;
  }
  return largest;
}

/** Bytes in which an AVIF says what is in it. */
const MOST_HEADER = 100_000;
const FIRST_OF_ISPE = 0x69;

const textAt = (file: DataView, at: number): string =>
  String.fromCharCode(...[0, 1, 2, 3].map((k) => file.getUint8(at + k)));
