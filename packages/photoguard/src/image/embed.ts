/*
 * Writes a photo's metadata into an encoded file, container by container, and reports what was written and what could
 * not be. The blocks are written as they were read; an image library would parse and rewrite them, and lose what it
 * does not know.
 */
import { withJpegMetadata } from './jpeg-segments.ts';
import { iccChunk, iptcChunk, isText, textKeyword, withPngChunks, xmpChunk } from './png-chunks.ts';
import type { OutputFormat, PhotoMetadata, PngChunk, Size } from './types.ts';
import { withWebpMetadata } from './webp-chunks.ts';

/** An encoded file, what it keeps (`EXIF`, `ICC`, `XMP`, `IPTC`, `alpha`, `PNG text` ...), and notes for people. */
export interface Encoded {
  readonly bytes: Uint8Array;
  readonly metadataKept: readonly string[];
  readonly notes: readonly string[];
}

/**
 * Adds metadata to a file.
 *
 * @param bytes an encoded file of `format` without metadata
 * @param hasAlpha whether the file has an alpha channel (WebP declares it next to its metadata)
 */
export async function embedMetadata(
  bytes: Uint8Array,
  format: Exclude<OutputFormat, 'avif'>,
  metadata: PhotoMetadata,
  size: Size,
  hasAlpha: boolean,
): Promise<Encoded> {
  const present = kinds(metadata);
  const notes: string[] = [];
  if (format === 'png') {
    return {
      bytes: withPngChunks(bytes, await makePngChunks(metadata)),
      metadataKept: metadataKinds(metadata),
      notes,
    };
  }
  const chunks = chunkKinds(metadata);
  // Of the data in PNG chunks, JPEG has a place only for the resolution.
  const [placed, lost] =
    format === 'jpeg' ? [chunks.filter(isResolution), chunks.filter((kind) => !isResolution(kind))] : [[], chunks];
  for (const kind of lost) notes.push(`${kind} is not kept: ${format} has no place for it`);
  if (format === 'webp') {
    if (metadata.iptc) notes.push('IPTC is not kept: webp has no place for it');
    const kept = present.filter((kind) => kind !== 'IPTC');
    return { bytes: withWebpMetadata(bytes, metadata, size, hasAlpha), metadataKept: kept, notes };
  }
  const written = withJpegMetadata(bytes, metadata);
  for (const kind of written.tooLarge) notes.push(`${kind} is not kept: it is too large for a JPEG segment`);
  const kept = present.filter((kind) => !written.tooLarge.includes(kind));
  return { bytes: written.bytes, metadataKept: [...kept, ...placed], notes };
}

/** The kinds of metadata present: `EXIF`, `ICC`, `XMP`, `IPTC`, `resolution`, `PNG text "Title"` ... */
export const metadataKinds = (metadata: PhotoMetadata): string[] => [...kinds(metadata), ...chunkKinds(metadata)];

const isResolution = (kind: string): boolean => kind === 'resolution';

function kinds(metadata: PhotoMetadata): string[] {
  return [
    metadata.exif ? ['EXIF'] : [],
    metadata.icc ? ['ICC'] : [],
    metadata.xmp ? ['XMP'] : [],
    metadata.iptc ? ['IPTC'] : [],
  ].flat();
}

function chunkKinds(metadata: PhotoMetadata): string[] {
  const names = (metadata.pngChunks ?? []).map((chunk) => {
    if (isText(chunk)) return `PNG text "${textKeyword(chunk)}"`;
    return chunk.type === 'pHYs' ? 'resolution' : `PNG ${chunk.type}`;
  });
  return [...new Set(names)];
}

async function makePngChunks(metadata: PhotoMetadata): Promise<PngChunk[]> {
  const chunks: PngChunk[] = [];
  if (metadata.icc) chunks.push(await iccChunk(metadata.icc));
  chunks.push(...(metadata.pngChunks ?? []));
  if (metadata.exif) chunks.push({ type: 'eXIf', data: metadata.exif });
  if (metadata.xmp) chunks.push(xmpChunk(metadata.xmp));
  if (metadata.iptc) chunks.push(await iptcChunk(metadata.iptc));
  return chunks;
}
