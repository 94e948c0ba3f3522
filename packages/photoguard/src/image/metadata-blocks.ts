/*
 * Where JPEG, PNG and WebP keep EXIF, XMP, ICC and IPTC, found without a decoder: for pages, whose decoders return pixels
 * alone. In Node the decoder says the same. Of AVIF, TIFF and GIF nothing is read here.
 */
import { concat, inflate, latin1, startsWith } from './bytes.ts';
import { JPEG_IPTC_NAME, type JpegSegment, nameJpegContent, readJpegSegments } from './jpeg-segments.ts';
import { isText, readPngChunks, textKeyword } from './png-chunks.ts';
import { pngText } from './png-text.ts';
import { openTiff, readIfd, readNumbers } from './tiff-structure.ts';
import type { InputFormat } from './types.ts';
import { readWebpChunks } from './webp-chunks.ts';

/** Metadata as they are in a file. */
export interface MetadataBlocks {
  readonly exif?: Uint8Array | undefined;
  readonly icc?: Uint8Array | undefined;
  readonly xmp?: Uint8Array | undefined;
  readonly iptc?: Uint8Array | undefined;
  /** Of EXIF, 1 to 8. */
  readonly orientation?: number | undefined;
}

/** Most bytes of a profile. */
const MAX_ICC = 2 ** 24;
const XMP_KEYWORD = 'XML:com.adobe.xmp';
const XMP_NAME_LENGTH = 'http://ns.adobe.com/xap/1.0/\0'.length;
const ICC_HEAD = 'ICC_PROFILE\0'.length + 2;
const ORIENTATION = 0x0112;

/** The blocks of a file; those that are damaged are left out. */
export async function findMetadataBlocks(bytes: Uint8Array, format: InputFormat): Promise<MetadataBlocks> {
  const blocks = await findBlocks(bytes, format);
  const orientation = blocks.exif && readOrientation(blocks.exif);
  return { ...blocks, ...(orientation !== undefined && { orientation }) };
}

async function findBlocks(bytes: Uint8Array, format: InputFormat): Promise<MetadataBlocks> {
  if (format === 'jpeg') return ofJpeg(readJpegSegments(bytes));
  if (format === 'png') return ofPng(bytes);
  if (format !== 'webp') return {};
  const chunk = (type: string): Uint8Array | undefined => readWebpChunks(bytes).find((one) => one.type === type)?.data;
  return { icc: chunk('ICCP'), exif: chunk('EXIF'), xmp: chunk('XMP ') };
}

function ofJpeg(segments: readonly JpegSegment[]): MetadataBlocks {
  const named = (name: string): Uint8Array[] =>
    segments.filter((segment) => nameJpegContent(segment) === name).map(({ data }) => data);
  const [profile, iptc] = [named('ICC'), named('IPTC')];
  // The parts of a profile are numbered, and may come in any order.
  const parts = profile.sort((a, b) => a[ICC_HEAD - 2]! - b[ICC_HEAD - 2]!).map((part) => part.subarray(ICC_HEAD));
  return {
    exif: named('EXIF')[0],
    xmp: named('XMP')[0]?.subarray(XMP_NAME_LENGTH),
    icc: parts.length > 0 ? concat(parts) : undefined,
    iptc: iptc.length > 0 ? concat(iptc.map((part) => part.subarray(JPEG_IPTC_NAME.length))) : undefined,
  };
}

async function ofPng(bytes: Uint8Array): Promise<MetadataBlocks> {
  const chunks = readPngChunks(bytes);
  const profile = chunks.find(({ type }) => type === 'iCCP')?.data;
  const packet = chunks.find((chunk) => isText(chunk) && textKeyword(chunk) === XMP_KEYWORD);
  const xmp = packet && (await pngText(packet));
  return {
    exif: chunks.find(({ type }) => type === 'eXIf')?.data,
    icc: profile && (await profileOf(profile)),
    // Some writers put it into a chunk for Latin-1, byte by byte.
    xmp: xmp === undefined ? undefined : packet?.type === 'iTXt' ? new TextEncoder().encode(xmp) : latin1(xmp),
  };
}

// Name, zero, method of compression, stream.
async function profileOf(chunk: Uint8Array): Promise<Uint8Array | undefined> {
  try {
    return await inflate(chunk.subarray(chunk.indexOf(0) + 2), MAX_ICC);
  } catch {
    return undefined;
  }
}

function readOrientation(source: Uint8Array): number | undefined {
  const tiff = openTiff(startsWith(source, 'Exif\0') ? source.subarray(6) : source);
  const [orientation] = tiff ? readNumbers(tiff, readIfd(tiff, tiff.first).entries.get(ORIENTATION)) : [];
  return orientation !== undefined && orientation >= 1 && orientation <= 8 ? orientation : undefined;
}
