/*
 * A JPEG file begins with segments: a marker, a length, a payload of at most 65,533 bytes. Metadata is in APPn
 * segments, identified by the text that they begin with. Reading lists them; writing inserts new ones after the JFIF
 * header. The compressed pixels stay as they are.
 */
import { concat, latin1, startsWith, text, view } from './bytes.ts';
import type { PhotoMetadata, PngChunk } from './types.ts';

/** Largest payload of a segment, in bytes. */
const MAX_PAYLOAD = 65533;
const ICC_PART = MAX_PAYLOAD - 14;
const XMP_NAME = 'http://ns.adobe.com/xap/1.0/\0';
/** Longest XMP packet that fits a JPEG segment, in bytes. */
export const MAX_JPEG_XMP = MAX_PAYLOAD - XMP_NAME.length;

/** How the segments of IPTC begin. */
export const JPEG_IPTC_NAME = 'Photoshop 3.0\0';

/** A segment before the pixels: its marker (0xe1 is APP1) and where it lies in the file. */
export interface JpegSegment {
  readonly marker: number;
  readonly start: number;
  readonly data: Uint8Array;
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
  add('IPTC', 0xed, JPEG_IPTC_NAME, metadata.iptc);
  const jfif = readJpegSegments(bytes).find((s) => s.marker === 0xe0 && startsWith(s.data, 'JFIF\0'));
  const at = jfif === undefined ? 2 : jfif.start + 4 + jfif.data.length;
  const head = jfif === undefined ? at : jfif.start;
  const header = segment(0xe0, jfifHeader(metadata.pngChunks?.find(({ type }) => type === 'pHYs')));
  return { bytes: concat([bytes.subarray(0, head), header, ...added, bytes.subarray(at)]), tooLarge };
}

/**
 * A JFIF header with the resolution of a PNG: per inch if that is whole to a hundredth, else per centimetre. Without a
 * resolution it has no unit and states square pixels: encoders would write 72 dots per inch.
 */
function jfifHeader(resolution: PngChunk | undefined): Uint8Array {
  const [x, y, isMetre] = resolution?.data.length === 9 ? pixelsPerUnit(resolution.data) : [1, 1, false];
  const inches = [x, y].map((perMetre) => perMetre * 0.0254);
  const isInch = inches.every((n) => Math.abs(n - Math.round(n)) < 0.02);
  const stated = (!isMetre ? [x, y] : isInch ? inches : [x / 100, y / 100]).map(Math.round) as [number, number];
  const fits = stated.every((n) => n >= 1 && n <= 0xffff);
  const [unit, across, down] = fits ? [isMetre ? (isInch ? 1 : 2) : 0, ...stated] : [0, 1, 1];
  return concat([latin1('JFIF\0\x01\x02'), Uint8Array.of(unit, across >>> 8, across, down >>> 8, down, 0, 0)]);
}

function pixelsPerUnit(pHYs: Uint8Array): [number, number, boolean] {
  const numbers = view(pHYs);
  return [numbers.getUint32(0), numbers.getUint32(4), pHYs[8] === 1];
}

/** The complete segments before the pixels. */
export function readJpegSegments(bytes: Uint8Array): JpegSegment[] {
  const segments: JpegSegment[] = [];
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

/**
 * The usual name of what a segment contains, or `APP5` and the like for an unknown APPn; undefined for segments that
 * encode the pixels.
 */
export function nameJpegContent({ marker, data }: JpegSegment): string | undefined {
  if (marker === 0xfe) return 'comment';
  if (marker < 0xe0 || marker > 0xef) return undefined;
  if (startsWith(data, 'JFIF')) return 'JFIF';
  if (startsWith(data, 'JFXX')) return 'JFXX';
  if (startsWith(data, 'Exif\0')) return 'EXIF';
  if (startsWith(data, XMP_NAME)) return 'XMP';
  if (startsWith(data, 'http://ns.adobe.com/xmp/extension/')) return 'extended XMP';
  if (startsWith(data, 'ICC_PROFILE\0')) return 'ICC';
  if (startsWith(data, JPEG_IPTC_NAME)) return 'IPTC';
  if (startsWith(data, 'MPF\0')) return 'MPF';
  if (marker === 0xeb && text(data, 0, 2) === 'JP') return 'Content Credentials (JUMBF)';
  if (startsWith(data, 'Adobe')) return 'Adobe';
  return `APP${marker - 0xe0}`;
}

function segment(marker: number, payload: Uint8Array): Uint8Array {
  const length = payload.length + 2;
  return concat([Uint8Array.of(0xff, marker, length >>> 8, length), payload]);
}
