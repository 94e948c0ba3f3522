/*
 * A file's metadata, ready to be written to the new file: EXIF and XMP with their orientation normalised, ICC if it
 * still describes the pixels, IPTC, and PNG's text and colour chunks. Notes name what cannot be kept. No picture is
 * kept, wherever it was: a preview of the unprotected photo would undo the protection.
 */
import { type NormalisedExif, normaliseExif } from './exif.ts';
import { isRgbProfile } from './icc.ts';
import { type NormalisedIptc, normaliseIptc } from './iptc.ts';
import { readJpegMetadata } from './jpeg-metadata.ts';
import { leftBehind } from './left-behind.ts';
import type { MetadataBlocks } from './metadata-blocks.ts';
import { type PngMetadata, readPngMetadata } from './png-metadata.ts';
import type { InputFormat, PhotoMetadata, PngChunk } from './types.ts';
import { type NormalisedXmp, normaliseXmp } from './xmp.ts';

/** A file whose metadata are wanted. */
export interface Described {
  readonly format: InputFormat;
  /** What a decoder says of it, or `findMetadataBlocks`. */
  readonly header: MetadataBlocks;
  /** Whether its profile still describes the pixels. */
  readonly keepColour: boolean;
}

/** The metadata of a file, and notes on what is changed or lost. */
export async function readMetadata(
  bytes: Uint8Array,
  { format, header, keepColour }: Described,
): Promise<{ readonly metadata: PhotoMetadata; readonly notes: readonly string[] }> {
  const icc = keepColour && header.icc && isRgbProfile(header.icc) ? new Uint8Array(header.icc) : undefined;
  const jpeg = format === 'jpeg' ? readJpegMetadata(bytes) : undefined;
  const png = format === 'png' ? await readPngMetadata(bytes, keepColour, icc !== undefined) : undefined;
  const exif = header.exif && normaliseExif(header.exif, (header.orientation ?? 1) >= 5);
  const xmp = header.xmp && normaliseXmp(header.xmp);
  const rawIptc = jpeg?.iptc ?? header.iptc ?? png?.iptc;
  const iptc = rawIptc && normaliseIptc(rawIptc);
  const chunks: readonly PngChunk[] = png?.chunks ?? (jpeg?.resolution ? [jpeg.resolution] : []);
  const removed = [...previewsIn(exif, xmp, iptc, png), ...(jpeg?.removed ?? []), ...leftBehind(bytes, format)];
  const notes: string[] = [];
  if (removed.length > 0) notes.push(`removed, since they may show the unprotected photo: ${removed.join(', ')}`);
  if (xmp && !xmp.xmp) notes.push('XMP is not kept: it contains pictures and is too damaged to remove them');
  if (keepColour && !icc && (header.icc ?? png?.hasProfile))
    notes.push('the colour profile is not valid and is not kept');
  notes.push(...(jpeg?.notes ?? []), ...(png?.notes ?? []));
  if (format === 'tiff') notes.push("the TIFF's own tags (camera, date, artist) are not kept; XMP, IPTC and ICC are");
  const metadata: PhotoMetadata = {
    ...(exif ? { exif: exif.exif } : {}),
    ...(icc ? { icc } : {}),
    ...(xmp?.xmp ? { xmp: xmp.xmp } : {}),
    ...(iptc?.iptc ? { iptc: iptc.iptc } : {}),
    ...(chunks.length > 0 ? { pngChunks: chunks } : {}),
  };
  return { metadata, notes };
}

const previewsIn = (
  exif: NormalisedExif | undefined,
  xmp: NormalisedXmp | undefined,
  iptc: NormalisedIptc | undefined,
  png: PngMetadata | undefined,
): string[] => [
  ...(exif?.removed ?? []),
  ...(xmp?.hadPictures ? ['pictures in XMP'] : []),
  ...(iptc?.removed ?? []),
  ...(png?.removed ?? []),
];
