/*
 * Whole pictures inside other data: cameras and editors leave previews in blocks whose layout nobody documents (maker
 * notes, private resources), so they are recognised by their own structure. A JPEG, PNG or WebP counts only if its
 * structure is consistent, not if three bytes happen to match. Text may hold the same in base64.
 */
import { startsWith, text, view } from './bytes.ts';

/** Bytes `start` up to `end`. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** Where pictures lie in some bytes, in order; a picture inside another is not listed. */
export function findPictures(bytes: Uint8Array): ByteRange[] {
  const found: ByteRange[] = [];
  for (let at = 0; at + 12 <= bytes.length; ) {
    const end = pictureEnd(bytes, at);
    if (end !== undefined) found.push({ start: at, end });
    at = end ?? at + 1;
  }
  return found;
}

/**
 * Where the JPEG that begins at `start` ends: after its EOI, or where its data end early.
 * @param most segments that may come before the frame header
 * @returns undefined where no JPEG begins: no chain of segments leads to a frame header
 */
export function jpegEnd(bytes: Uint8Array, start: number, most = Number.POSITIVE_INFINITY): number | undefined {
  let isFramed = false;
  let segments = 0;
  let at = start + 2;
  while (at + 4 <= bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1]!;
    if (marker === 0xff) {
      at++; // fill byte
      continue;
    }
    if (marker === 0xd9) break;
    if (marker < 0xc0 || marker === 0xd8) return isFramed ? at : undefined;
    if (isRestart(marker)) {
      at += 2;
      continue;
    }
    const length = (bytes[at + 2]! << 8) | bytes[at + 3]!;
    if (length < 2) return isFramed ? at : undefined;
    isFramed ||= isFrame(marker);
    if (!isFramed && (marker === 0xda || ++segments > most)) return undefined;
    at = Math.min(bytes.length, at + 2 + length);
    if (marker === 0xda) at = afterScan(bytes, at);
  }
  if (!isFramed) return undefined;
  return bytes[at] === 0xff && bytes[at + 1] === 0xd9 ? at + 2 : at;
}

/** Whether a text holds a picture in base64 (a JPEG, PNG or WebP), broken into lines or not. */
export function holdsBase64Picture(value: string): boolean {
  return BASE64_PICTURE.test(value.replace(/\s+/g, ''));
}

const BASE64_PICTURE = /(?:^|[^A-Za-z0-9+/_-])(?:[/_]9j[/_]|iVBORw0KGgo|UklGR)[A-Za-z0-9+/_-]{40}/;

/** Most segments before a preview's frame. Without a limit, crafted data would take quadratic time. */
const MOST_SEGMENTS = 64;

function pictureEnd(bytes: Uint8Array, at: number): number | undefined {
  // The first byte of a JPEG may have any value: some cameras alter it, and readers repair it.
  if (bytes[at + 1] === 0xd8 && bytes[at + 2] === 0xff) return jpegEnd(bytes, at, MOST_SEGMENTS);
  if (bytes[at] === 0x89 && startsWith(bytes, '\x89PNG\r\n\x1a\n', at)) return pngEnd(bytes, at);
  if (bytes[at] === 0x52 && startsWith(bytes, 'RIFF', at) && startsWith(bytes, 'WEBP', at + 8))
    return Math.min(bytes.length, at + 8 + view(bytes).getUint32(at + 4, true));
  return undefined;
}

const isRestart = (marker: number): boolean => marker >= 0xd0 && marker <= 0xd7;

const isFrame = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;

// Compressed data: every 0xff in it is followed by 0 or a restart marker.
function afterScan(bytes: Uint8Array, from: number): number {
  for (let at = from; ; at += 2) {
    at = bytes.indexOf(0xff, at);
    if (at < 0 || at + 1 >= bytes.length) return bytes.length;
    const next = bytes[at + 1]!;
    if (next !== 0 && !isRestart(next)) return at;
  }
}

function pngEnd(bytes: Uint8Array, start: number): number {
  const numbers = view(bytes);
  let at = start + 8;
  while (at + 12 <= bytes.length) {
    const type = text(bytes, at + 4, at + 8);
    if (!/^[A-Za-z]{4}$/.test(type)) return at;
    at = Math.min(bytes.length, at + 12 + numbers.getUint32(at));
    if (type === 'IEND') return at;
  }
  return bytes.length;
}
