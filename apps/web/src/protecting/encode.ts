// Pixels to files, by codecs in wasm: PNG and WebP without loss, and JPEG. JPEG is also what an upload does to a photo.
import encodePng from '@jsquash/png/encode.js';
import { PhotoGuardError } from 'photoguard/errors';
import {
  type Codecs,
  type Encoded,
  embedMetadata,
  type LossyFile,
  type PhotoMetadata,
  type Pixels8,
} from 'photoguard/image';
import type { ResultFormat } from './defaults.ts';
import { fromRgba, toRgba } from './rgba.ts';

/** Type of each format, for browsers. */
export const MIME: Readonly<Record<ResultFormat, string>> = {
  png: 'image/png',
  webp: 'image/webp',
  jpeg: 'image/jpeg',
};

/** Longest side of a WebP. */
const LONGEST_WEBP = 16_383;

/** A file with the metadata. @param jpeg how a JPEG is written @throws PhotoGuardError `input` for a size that the format cannot hold */
export async function encodePhoto(
  pixels: Pixels8,
  format: ResultFormat,
  alpha: Uint8Array | undefined,
  metadata: PhotoMetadata,
  jpeg?: Jpeg,
): Promise<Encoded> {
  const plain = new Uint8Array(await encoded(pixels, format, { alpha, jpeg }));
  // Its PNGs have alpha whether the photo has or not.
  const hasAlpha = format === 'png' || (format === 'webp' && alpha !== undefined);
  const { bytes, metadataKept, notes } = await embedMetadata(plain, format, metadata, pixels, hasAlpha);
  if (!alpha) return { bytes, metadataKept, notes };
  if (format === 'jpeg') return { bytes, metadataKept, notes: [...notes, 'transparency is not kept: JPEG has none'] };
  return { bytes, metadataKept: [...metadataKept, 'alpha'], notes };
}

type Jpeg = Pick<LossyFile, 'quality' | 'chroma'>;

interface EncodeOptions {
  readonly alpha: Uint8Array | undefined;
  readonly jpeg: Jpeg | undefined;
}

async function encoded(pixels: Pixels8, format: ResultFormat, { alpha, jpeg }: EncodeOptions): Promise<ArrayBuffer> {
  if (format === 'png') return encodePng(toRgba(pixels, alpha));
  if (format === 'jpeg') return encodeJpeg(pixels, jpeg!);
  if (Math.max(pixels.width, pixels.height) > LONGEST_WEBP)
    throw new PhotoGuardError('input', `webp holds at most ${LONGEST_WEBP} pixels a side`, {
      got: `${pixels.width}x${pixels.height}`,
      hint: 'choose PNG',
    });
  const { default: encode } = await import('@jsquash/webp/encode.js');
  return encode(toRgba(pixels, alpha), { lossless: 1, exact: 1 });
}

/** Codecs of the page. Only JPEG is written. */
export const wasmCodecs: Codecs = { throughFile };

async function throughFile(pixels: Pixels8, file: LossyFile): Promise<Pixels8> {
  const { default: decode } = await import('@jsquash/jpeg/decode.js');
  return fromRgba(await decode(await encodeJpeg(pixels, file))).pixels;
}

// libjpeg-turbo's tables (Annex K); mozjpeg rounds coefficients in its own way, so files differ a little.
async function encodeJpeg(pixels: Pixels8, { quality, chroma }: Jpeg) {
  const { default: encode } = await import('@jsquash/jpeg/encode.js');
  return encode(toRgba(pixels), {
    ...{ quality, baseline: true, progressive: false, quant_table: 0 },
    ...{ auto_subsample: false, chroma_subsample: chroma === '420' ? 2 : 1 },
  });
}
