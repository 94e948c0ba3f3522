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
      bytes: withPngChunks(bytes, await pngChunksOf(metadata)),
      metadataKept: [...present, ...chunkKinds(metadata)],
      notes,
    };
  }
  for (const kind of chunkKinds(metadata)) notes.push(`${kind} is not kept: ${format} has no place for it`);
  if (format === 'webp') {
    if (metadata.iptc) notes.push('IPTC is not kept: webp has no place for it');
    const kept = present.filter((kind) => kind !== 'IPTC');
    return { bytes: withWebpMetadata(bytes, metadata, size, hasAlpha), metadataKept: kept, notes };
  }
  const written = withJpegMetadata(bytes, metadata);
  for (const kind of written.tooLarge) notes.push(`${kind} is not kept: it is too large for a JPEG segment`);
  return { bytes: written.bytes, metadataKept: present.filter((kind) => !written.tooLarge.includes(kind)), notes };
}

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

async function pngChunksOf(metadata: PhotoMetadata): Promise<PngChunk[]> {
  const chunks: PngChunk[] = [];
  if (metadata.icc) chunks.push(await iccChunk(metadata.icc));
  chunks.push(...(metadata.pngChunks ?? []));
  if (metadata.exif) chunks.push({ type: 'eXIf', data: metadata.exif });
  if (metadata.xmp) chunks.push(xmpChunk(metadata.xmp));
  if (metadata.iptc) chunks.push(await iptcChunk(metadata.iptc));
  return chunks;
}
