/*
 * Puts a photo's metadata into an encoded file, container by container, and says what went in and what could not. The
 * blocks are written as they were read; an image library would parse and rewrite them, and lose what it does not know.
 */
import { withJpegMetadata } from './jpeg-segments.ts';
import { iccChunk, iptcChunk, isText, textKeyword, withPngChunks, xmpChunk } from './png-chunks.ts';
import type { OutputFormat, PhotoMetadata, PngChunk, Size } from './types.ts';
import { withWebpMetadata } from './webp-chunks.ts';

/** An encoded file with what it keeps (`EXIF`, `ICC`, `XMP`, `IPTC`, `alpha`, `PNG text` ...) and what people should know. */
export interface Encoded {
  readonly bytes: Uint8Array;
  readonly metadataKept: readonly string[];
  readonly notes: readonly string[];
}

/**
 * The file with metadata in it.
 *
 * @param bytes an encoded file of `format` without metadata
 * @param hasAlpha whether the file has an alpha channel (WebP has to say so beside its metadata)
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
  // Of what PNG has chunks for, JPEG has a place for the resolution alone.
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

/** The kinds of metadata that there are: `EXIF`, `ICC`, `XMP`, `IPTC`, `resolution`, `PNG text "Title"` ... */
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
