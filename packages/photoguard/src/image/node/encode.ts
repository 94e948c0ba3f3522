/*
 * Pixels to a file. PNG and lossless WebP give the same pixels back; JPEG and AVIF do not, and are used only on
 * request. The pixels are encoded without metadata, which is added afterwards (embed.ts), so nothing is reinterpreted.
 * The same pixels, metadata and library versions give the same bytes.
 */
import { extname } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { PhotoGuardError } from '../../errors.ts';
import type { LossyFile } from '../codecs.ts';
import { type Encoded, embedMetadata, metadataKinds } from '../embed.ts';
import type { OutputFormat, PhotoMetadata, Pixels8 } from '../types.ts';

/** What else goes into the file, and how the lossy formats compress. */
export interface EncodeOptions {
  readonly alpha?: Uint8Array;
  readonly metadata?: PhotoMetadata;
  /** JPEG and AVIF only, 1..100; default 95 and 90. */
  readonly quality?: number;
  /** JPEG and AVIF only: colour at half the resolution (420) or all of it. Default: 444. */
  readonly chroma?: LossyFile['chroma'];
}

/** Longest side that a format can hold, in pixels. */
const MAX_SIDE: Readonly<Record<OutputFormat, number>> = { png: 2 ** 31 - 1, webp: 16383, jpeg: 65535, avif: 16384 };

/**
 * Encodes a photo.
 *
 * @param pixels RGB bytes in the space that `options.metadata.icc` describes
 * @throws PhotoGuardError `input` for a size that the format cannot hold, or pixels or alpha of the wrong length
 */
export async function encodePhoto(
  pixels: Pixels8,
  format: OutputFormat,
  options: EncodeOptions = {},
): Promise<Encoded> {
  const { width, height } = pixels;
  const { alpha, metadata = {} } = options;
  if (Math.max(width, height) > MAX_SIDE[format]) {
    throw new PhotoGuardError('input', `${format} holds at most ${MAX_SIDE[format]} pixels a side`, {
      got: `${width}x${height}`,
      hint: 'write a PNG',
    });
  }
  if (pixels.data.length !== 3 * width * height || (alpha && alpha.length !== width * height)) {
    throw new PhotoGuardError('input', 'the length of the pixels or of alpha does not match their size', {
      got: `${pixels.data.length} and ${alpha?.length ?? 0} bytes for ${width}x${height}`,
    });
  }
  const withAlpha = alpha !== undefined && format !== 'jpeg';
  const image = withAlpha
    ? sharp(interleave(pixels.data, alpha), { raw: { width, height, channels: 4 }, limitInputPixels: false })
    : sharp(pixels.data, { raw: { width, height, channels: 3 }, limitInputPixels: false });
  const encoded =
    format === 'avif'
      ? await encodeAvif(image, metadata, withAlpha, pixels, options)
      : await embedMetadata(await bare(image, format, options), format, metadata, pixels, withAlpha);
  return {
    bytes: encoded.bytes,
    metadataKept: withAlpha ? [...encoded.metadataKept, 'alpha'] : encoded.metadataKept,
    notes: alpha && !withAlpha ? [...encoded.notes, 'transparency is not kept: JPEG has none'] : encoded.notes,
  };
}

/**
 * The format that a file name asks for by its extension.
 *
 * @throws PhotoGuardError `input` for any other extension
 */
export function formatOfName(name: string): OutputFormat {
  const extension = extname(name).slice(1).toLowerCase();
  const format = extension === 'jpg' || extension === 'jpe' ? 'jpeg' : extension;
  if (format === 'png' || format === 'webp' || format === 'jpeg' || format === 'avif') return format;
  throw new PhotoGuardError('input', 'the output is a .png, .webp, .jpg or .avif file', {
    got: extension === '' ? 'no extension' : `.${extension}`,
  });
}

async function bare(image: Sharp, format: Exclude<OutputFormat, 'avif'>, options: EncodeOptions): Promise<Uint8Array> {
  if (format === 'png') return image.png({ compressionLevel: 3, adaptiveFiltering: true, palette: false }).toBuffer();
  if (format === 'webp') return image.webp({ lossless: true, exact: true, effort: 4, quality: 75 }).toBuffer();
  return image.jpeg({ quality: options.quality ?? 95, chromaSubsampling: subsampling(options) }).toBuffer();
}

const subsampling = ({ chroma }: EncodeOptions): string => (chroma === '420' ? '4:2:0' : '4:4:4');

/** An AVIF has its metadata in a box structure that the encoder writes; it takes the metadata from a PNG. */
async function encodeAvif(
  image: Sharp,
  metadata: PhotoMetadata,
  hasAlpha: boolean,
  pixels: Pixels8,
  options: EncodeOptions,
): Promise<Encoded> {
  const { icc, exif, xmp } = metadata;
  const carried = { ...(icc ? { icc } : {}), ...(exif ? { exif } : {}), ...(xmp ? { xmp } : {}) };
  const plain = await image.png({ compressionLevel: 0 }).toBuffer();
  const { bytes: png } = await embedMetadata(plain, 'png', carried, pixels, hasAlpha);
  const handed = sharp(png, { limitInputPixels: false });
  // If told to keep everything, the encoder adds EXIF where there is none.
  if (icc) handed.keepIccProfile();
  if (exif) handed.keepExif();
  if (xmp) handed.keepXmp();
  const { quality = 90 } = options;
  const bytes = await handed.avif({ quality, chromaSubsampling: subsampling(options), effort: 4 }).toBuffer();
  const header = await sharp(bytes, { limitInputPixels: false }).metadata();
  const found: Readonly<Record<string, unknown>> = { EXIF: header.exif, ICC: header.icc, XMP: header.xmp };
  const [metadataKept, lost] = [true, false].map((wanted) =>
    metadataKinds(metadata).filter((kind) => (found[kind] !== undefined) === wanted),
  ) as [string[], string[]];
  return { bytes, metadataKept, notes: lost.map((kind) => `${kind} is not kept in AVIF`) };
}

function interleave(rgb: Uint8Array, alpha: Uint8Array): Uint8Array {
  const out = new Uint8Array(4 * alpha.length);
  for (let i = 0, j = 0, k = 0; i < alpha.length; i++, j += 4, k += 3) {
    out[j] = rgb[k]!;
    out[j + 1] = rgb[k + 1]!;
    out[j + 2] = rgb[k + 2]!;
    out[j + 3] = alpha[i]!;
  }
  return out;
}
