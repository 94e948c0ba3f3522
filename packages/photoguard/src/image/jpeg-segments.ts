/*
 * A JPEG file begins with segments: a marker, a length, a payload of at most 65,533 bytes. Metadata sits in APPn
 * segments, told apart by the text that they begin with. Reading lists them; writing puts new ones behind the JFIF
 * header. The compressed pixels are passed through untouched.
 */
import { concat, latin1, startsWith, text, view } from './bytes.ts';
import type { PhotoMetadata } from './types.ts';

/** Largest payload of a segment, in bytes. */
const MAX_PAYLOAD = 65533;
const ICC_PART = MAX_PAYLOAD - 14;
const XMP_NAME = 'http://ns.adobe.com/xap/1.0/\0';
/** Longest XMP packet that a JPEG file holds in one piece, in bytes. */
export const MAX_JPEG_XMP = MAX_PAYLOAD - XMP_NAME.length;

/** A segment before the pixels: its marker (0xe1 is APP1) and where it lies in the file. */
interface Segment {
  readonly marker: number;
  readonly start: number;
  readonly data: Uint8Array;
}

/** What the APPn and comment segments of a JPEG file hold, by their usual names; unknown ones as `APP5` and the like. */
export function jpegContents(bytes: Uint8Array): Set<string> {
  return new Set(
    readJpegSegments(bytes)
      .map(nameOf)
      .filter((name) => name !== undefined),
  );
}

/** The same JPEG file with EXIF, XMP, ICC and IPTC added, and the kinds that were too large for it. */
export function withJpegMetadata(
  bytes: Uint8Array,
  metadata: PhotoMetadata,
): { bytes: Uint8Array; tooLarge: string[] } {
  const tooLarge: string[] = [];
  const added: Uint8Array[] = [];
  const add = (kind: string, marker: number, name: string, data: Uint8Array | undefined): void => {
    if (data === undefined) return;
    if (name.length + data.length > MAX_PAYLOAD) tooLarge.push(kind);
    else added.push(segment(marker, concat([latin1(name), data])));
  };
  add('EXIF', 0xe1, 'Exif\0\0', metadata.exif);
  add('XMP', 0xe1, XMP_NAME, metadata.xmp);
  if (metadata.icc) {
    const parts = Math.ceil(metadata.icc.length / ICC_PART);
    if (parts > 255) tooLarge.push('ICC');
    for (let i = 0; i < parts && parts <= 255; i++) {
      const part = metadata.icc.subarray(i * ICC_PART, (i + 1) * ICC_PART);
      added.push(segment(0xe2, concat([latin1('ICC_PROFILE\0'), Uint8Array.of(i + 1, parts), part])));
    }
  }
  add('IPTC', 0xed, 'Photoshop 3.0\0', metadata.iptc);
  const jfif = readJpegSegments(bytes).find((s) => s.marker === 0xe0);
  const at = jfif === undefined ? 2 : jfif.start + 4 + jfif.data.length;
  return { bytes: concat([bytes.subarray(0, at), ...added, bytes.subarray(at)]), tooLarge };
}

/** The segments up to the start of the pixels, as far as they are whole. */
function readJpegSegments(bytes: Uint8Array): Segment[] {
  const segments: Segment[] = [];
  const numbers = view(bytes);
  for (let at = 2; at + 4 <= bytes.length && bytes[at] === 0xff; ) {
    const marker = bytes[at + 1]!;
    if (marker === 0xff) {
      at++; // fill byte
      continue;
    }
    const length = numbers.getUint16(at + 2);
    if (marker === 0xda || length < 2 || at + 2 + length > bytes.length) break;
    segments.push({ marker, start: at, data: bytes.subarray(at + 4, at + 2 + length) });
    at += 2 + length;
  }
  return segments;
}

function nameOf({ marker, data }: Segment): string | undefined {
  if (marker === 0xfe) return 'comment';
  if (marker < 0xe0 || marker > 0xef) return undefined;
  if (startsWith(data, 'JFIF') || startsWith(data, 'JFXX')) return 'JFIF';
  if (startsWith(data, 'Exif\0')) return 'EXIF';
  if (startsWith(data, XMP_NAME)) return 'XMP';
  if (startsWith(data, 'http://ns.adobe.com/xmp/extension/')) return 'extended XMP';
  if (startsWith(data, 'ICC_PROFILE\0')) return 'ICC';
  if (startsWith(data, 'Photoshop 3.0\0')) return 'IPTC';
  if (startsWith(data, 'MPF\0')) return 'further pictures (MPF)';
  if (marker === 0xeb && text(data, 0, 2) === 'JP') return 'Content Credentials (JUMBF)';
  if (startsWith(data, 'Adobe')) return 'Adobe';
  return `APP${marker - 0xe0}`;
}

function segment(marker: number, payload: Uint8Array): Uint8Array {
  const length = payload.length + 2;
  return concat([Uint8Array.of(0xff, marker, length >>> 8, length), payload]);
}
