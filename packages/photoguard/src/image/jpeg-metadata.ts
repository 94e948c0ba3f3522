/*
 * What a JPEG's segments contain beyond what the decoder reports: IPTC joined from all its segments (a long one is
 * split, and decoders return only the first), the resolution of its JFIF header, thumbnails, and what is not kept.
 */
import { concat, startsWith, uint32, view } from './bytes.ts';
import { JPEG_IPTC_NAME, nameJpegContent, readJpegSegments } from './jpeg-segments.ts';
import type { PngChunk } from './types.ts';

/** Metadata of a JPEG file. */
export interface JpegMetadata {
  readonly iptc?: Uint8Array;
  /** As PNG states it. */
  readonly resolution?: PngChunk;
  /** Names of the previews that are not kept. */
  readonly removed: readonly string[];
  readonly notes: readonly string[];
}

/** Segments that are kept, or that describe only how the file is encoded. */
const CARRIED = new Set(['JFIF', 'EXIF', 'XMP', 'ICC', 'IPTC', 'Adobe']);
const PREVIEWS: ReadonlyMap<string, string> = new Map([
  ['JFXX', 'the JFXX thumbnail'],
  ['MPF', 'further pictures (MPF)'],
]);

/** Reads the segments of a JPEG file. */
export function readJpegMetadata(bytes: Uint8Array): JpegMetadata {
  const removed = new Set<string>();
  const notes = new Set<string>();
  const iptc: Uint8Array[] = [];
  let resolution: PngChunk | undefined;
  for (const segment of readJpegSegments(bytes)) {
    const { data } = segment;
    const name = nameJpegContent(segment);
    if (name === undefined) continue;
    if (name === 'IPTC') iptc.push(data.subarray(JPEG_IPTC_NAME.length));
    if (name === 'JFIF' && data.length >= 14) {
      resolution ??= readResolution(data);
      if (data[12]! * data[13]! > 0) removed.add('the JFIF thumbnail');
    }
    const preview = PREVIEWS.get(name);
    if (preview !== undefined) removed.add(preview);
    else if (!CARRIED.has(name)) notes.add(`${name} of the JPEG is not kept`);
  }
  return {
    ...(iptc.length > 0 && { iptc: concat(iptc) }),
    resolution,
    removed: [...removed],
    notes: [...notes],
  };
}

// JFIF: name, version, unit (0 none, 1 per inch, 2 per cm), horizontal, vertical. Without a unit it is an aspect ratio,
// not a resolution.
function readResolution(jfif: Uint8Array): PngChunk | undefined {
  const numbers = view(jfif);
  const perMetre = [0, 1 / 0.0254, 100][jfif[7]!] ?? 0;
  const [x, y] = [8, 10].map((at) => Math.round(numbers.getUint16(at) * perMetre)) as [number, number];
  if (!startsWith(jfif, 'JFIF\0') || x === 0 || y === 0) return undefined;
  return { type: 'pHYs', data: concat([uint32(x), uint32(y), Uint8Array.of(1)]) };
}
