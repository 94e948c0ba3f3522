/*
 * Pictures in a file apart from its main one and its metadata: further pictures and previews after the end, and
 * thumbnails of HEIF. The written photo does not have them; they are found here so that a note can say so.
 */
import { startsWith, text, view } from './bytes.ts';
import { jpegEnd } from './embedded-pictures.ts';
import type { InputFormat } from './types.ts';

/** What is not copied from a file, by name: `12 kB after the end of the picture`. */
export function leftBehind(bytes: Uint8Array, format: InputFormat): string[] {
  if (format === 'avif') return hasThumbnail(bytes) ? ['the thumbnail of the HEIF file'] : [];
  const end = findEnd(bytes, format);
  const rest = end === undefined ? [] : bytes.subarray(end);
  if (!rest.some((byte) => byte !== 0)) return []; // padding
  const size = rest.length < 1000 ? `${rest.length} bytes` : `${Math.round(rest.length / 1000)} kB`;
  return [`${size} after the end of the picture`];
}

function findEnd(bytes: Uint8Array, format: InputFormat): number | undefined {
  if (format === 'jpeg') return jpegEnd(bytes, 0);
  if (format === 'webp') return 8 + view(bytes).getUint32(4, true);
  if (format !== 'png') return undefined;
  const numbers = view(bytes);
  for (let at = 8; at + 12 <= bytes.length; ) {
    const type = text(bytes, at + 4, at + 8);
    at += 12 + numbers.getUint32(at);
    if (type === 'IEND') return at;
  }
  return undefined;
}

// A file of boxes: length, type, content. `thmb` is the reference from a thumbnail to its picture, inside `meta`.
function hasThumbnail(bytes: Uint8Array): boolean {
  const numbers = view(bytes);
  for (let at = 0; at + 8 <= bytes.length; ) {
    const length = numbers.getUint32(at);
    if (length < 8) return false; // to the end, or 64 bits long: media data, not metadata
    if (startsWith(bytes, 'meta', at + 4)) return text(bytes, at, at + length).includes('thmb');
    at += length;
  }
  return false;
}
