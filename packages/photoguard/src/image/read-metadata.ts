/*
 * What a file carries beside its pixels, ready to be written again: EXIF and XMP with their orientation normalised, ICC
 * where it still describes the pixels, IPTC, and PNG's text and colour chunks. What cannot be carried is named in notes.
 */
import { startsWith, uint32 } from './bytes.ts';
import { normaliseExif, normaliseXmp } from './exif.ts';
import type { Inspected } from './inspect.ts';
import { jpegContents } from './jpeg-segments.ts';
import { isText, readPngChunks, textKeyword } from './png-chunks.ts';
import type { PhotoMetadata, PngChunk } from './types.ts';

/** Segments of a JPEG that are carried, or describe only its own coding. */
const JPEG_CARRIED = new Set(['JFIF', 'EXIF', 'XMP', 'ICC', 'IPTC', 'Adobe']);
const PNG_COLOUR = new Set(['gAMA', 'cHRM', 'sRGB', 'cICP']);

/** The metadata of a file that was inspected, and notes on what of it is changed or lost. */
export function readMetadata(
  bytes: Uint8Array,
  { format, header, conversion }: Inspected,
): { metadata: PhotoMetadata; notes: string[] } {
  const notes: string[] = [];
  const orientation = header.orientation ?? 1;
  const exif = header.exif && normaliseExif(header.exif, orientation >= 5);
  if (exif?.thumbnailRemoved) notes.push('the EXIF thumbnail is removed: it would show the unprotected photo');
  const keepColour = conversion !== 'to-srgb';
  const icc = keepColour && header.icc && isProfile(header.icc) ? new Uint8Array(header.icc) : undefined;
  if (keepColour && header.icc && !icc) notes.push('the colour profile is not a valid one and is not kept');
  const iptc = header.iptc && withoutName(header.iptc);
  const chunks = format === 'png' ? pngChunks(bytes, keepColour, icc !== undefined, iptc !== undefined, notes) : [];
  if (format === 'jpeg') {
    for (const name of jpegContents(bytes)) if (!JPEG_CARRIED.has(name)) notes.push(`${name} of the JPEG is not kept`);
    if (header.density) chunks.push(resolution(header.density));
  }
  if (format === 'tiff') notes.push("the TIFF's own tags (camera, date, artist) are not kept; XMP, IPTC and ICC are");
  const metadata: PhotoMetadata = {
    ...(exif ? { exif: exif.exif } : {}),
    ...(icc ? { icc } : {}),
    ...(header.xmp ? { xmp: normaliseXmp(header.xmp) } : {}),
    ...(iptc ? { iptc } : {}),
    ...(chunks.length > 0 ? { pngChunks: chunks } : {}),
  };
  return { metadata, notes };
}

function pngChunks(
  bytes: Uint8Array,
  keepColour: boolean,
  hasIcc: boolean,
  hasIptc: boolean,
  notes: string[],
): PngChunk[] {
  const kept: PngChunk[] = [];
  for (const chunk of readPngChunks(bytes)) {
    if (isText(chunk)) {
      const keyword = textKeyword(chunk);
      if (keyword === 'XML:com.adobe.xmp') continue; // carried as XMP
      const profile = /^Raw profile type (\w+)/.exec(keyword)?.[1]?.toLowerCase();
      if (profile === undefined || (!hasIptc && (profile === 'iptc' || profile === '8bim'))) kept.push(copy(chunk));
      else if (profile !== 'iptc' && profile !== '8bim')
        notes.push(`${keyword} of the PNG is not kept: it may hold another orientation`);
    } else if (chunk.type === 'pHYs' || chunk.type === 'tIME') {
      kept.push(copy(chunk));
    } else if (PNG_COLOUR.has(chunk.type) && keepColour && !(hasIcc && chunk.type === 'sRGB')) {
      kept.push(copy(chunk));
    } else if (chunk.type === 'caBX') {
      notes.push('Content Credentials of the PNG are not kept: they sign the original');
    }
  }
  return kept;
}

/** A copy, so that the whole input file is not held in memory for the sake of its title. */
function copy(chunk: PngChunk): PngChunk {
  return { type: chunk.type, data: new Uint8Array(chunk.data) };
}

/** Dots per inch as PNG states resolution: pixels per metre, twice, and the unit. */
function resolution(dotsPerInch: number): PngChunk {
  const perMetre = uint32(Math.round(dotsPerInch / 0.0254));
  return { type: 'pHYs', data: Uint8Array.of(...perMetre, ...perMetre, 1) };
}

function isProfile(icc: Uint8Array): boolean {
  return icc.length >= 128 && startsWith(icc, 'acsp', 36);
}

function withoutName(iptc: Uint8Array): Uint8Array {
  const name = 'Photoshop 3.0\0';
  return new Uint8Array(startsWith(iptc, name) ? iptc.subarray(name.length) : iptc);
}
