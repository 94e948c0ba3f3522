/*
 * Which PNG chunks are copied to the written photo: text, colour, resolution, time. Raw profiles (metadata as text, by
 * ImageMagick) are not: their contents are kept by kind, or describe the original photo.
 */
import { holdsBase64Picture } from './embedded-pictures.ts';
import { iptcOfRawProfile } from './iptc.ts';
import { isText, readPngChunks, textKeyword } from './png-chunks.ts';
import { pngText } from './png-text.ts';
import type { PngChunk } from './types.ts';

/** Metadata of a PNG file other than EXIF and XMP. */
export interface PngMetadata {
  readonly chunks: readonly PngChunk[];
  /** IPTC of a raw profile. */
  readonly iptc?: Uint8Array;
  /** Whether there is an `iCCP` chunk. */
  readonly hasProfile: boolean;
  /** Names of the previews that are not kept. */
  readonly removed: readonly string[];
  readonly notes: readonly string[];
}

const COLOUR = new Set(['gAMA', 'cHRM', 'sRGB', 'cICP']);

/**
 * Reads the chunks of a PNG file.
 *
 * @param keepColour whether the colour chunks still describe the pixels
 * @param hasIcc whether a profile is kept, which says more than `sRGB`
 */
export async function readPngMetadata(bytes: Uint8Array, keepColour: boolean, hasIcc: boolean): Promise<PngMetadata> {
  const all = readPngChunks(bytes);
  const chunks: PngChunk[] = [];
  const removed: string[] = [];
  const notes: string[] = [];
  let iptc: Uint8Array | undefined;
  for (const chunk of all) {
    if (isText(chunk)) {
      const keyword = textKeyword(chunk);
      if (keyword === 'XML:com.adobe.xmp') continue; // kept as XMP
      const profile = /^Raw profile type (\w+)/.exec(keyword)?.[1]?.toLowerCase();
      if (profile === 'iptc' || profile === '8bim') {
        iptc ??= iptcOfRawProfile((await pngText(chunk)) ?? '');
        if (!iptc) notes.push(`${keyword} of the PNG is damaged and is not kept`);
      } else if (profile !== undefined)
        notes.push(`${keyword} of the PNG is not kept: it may hold another orientation`);
      else if (holdsBase64Picture((await pngText(chunk)) ?? ''))
        removed.push(`the picture in the PNG text "${keyword}"`);
      else chunks.push(copy(chunk));
    } else if (chunk.type === 'pHYs' || chunk.type === 'tIME') {
      chunks.push(copy(chunk));
    } else if (COLOUR.has(chunk.type) && keepColour && !(hasIcc && chunk.type === 'sRGB')) {
      chunks.push(copy(chunk));
    } else if (chunk.type === 'caBX') {
      notes.push('Content Credentials of the PNG are not kept: they sign the original');
    }
  }
  const hasProfile = all.some(({ type }) => type === 'iCCP');
  return { chunks, iptc, hasProfile, removed, notes };
}

/** A copy, so that a title does not keep the whole input file in memory. */
function copy(chunk: PngChunk): PngChunk {
  return { type: chunk.type, data: new Uint8Array(chunk.data) };
}
