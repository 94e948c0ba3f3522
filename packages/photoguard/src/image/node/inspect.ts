/*
 * Reads a file's header and refuses files that are not usable photos: empty, not an image, animated, too large, or with
 * pixels of a kind that photos do not have. This happens before any pixel is decoded, so a decompression bomb costs
 * nothing.
 */
import sharp, { type Metadata } from 'sharp';
import { PhotoGuardError } from '../../errors.ts';
import { readPngChunks } from '../png-chunks.ts';
import { sniffFormat } from '../sniff.ts';
import type { InputFormat } from '../types.ts';

/** Most pixels that a photo may have unless the caller gives another limit: 268 megapixels, 16,384 squared. */
export const DEFAULT_LIMIT_PIXELS = 2 ** 28;

/**
 * From this many pixels on, a file needs at least this many bytes a pixel, a tenth of the most compressed photos: a
 * picture of one colour, which compresses a thousandfold, is not a photo.
 */
const LARGE_PIXELS = 2 ** 27;
const LEAST_BYTES_A_PIXEL = 1 / 200;

/** How the pixels become RGB: as they are, a grey level thrice, or through a colour conversion to sRGB. */
export type Conversion = 'none' | 'grey' | 'to-srgb';

/** A file that may be decoded. */
export interface Inspected {
  readonly format: InputFormat;
  readonly header: Metadata;
  readonly conversion: Conversion;
}

/** Reads the header. @throws PhotoGuardError `image` if the file is not a single still photo of a sensible size */
export async function inspect(bytes: Uint8Array, limitPixels: number): Promise<Inspected> {
  if (bytes.length === 0) throw new PhotoGuardError('image', 'the file is empty', { got: '0 bytes' });
  const format = sniffFormat(bytes);
  if (format === undefined) {
    throw new PhotoGuardError('image', 'the file is not a photo known here', {
      got: `a file that begins with ${beginning(bytes)}`,
      hint: 'use JPEG, PNG, WebP, AVIF, TIFF or a still GIF',
    });
  }
  const header = await readHeader(bytes, format);
  const { width, height } = header;
  if (!(width > 0 && height > 0))
    throw new PhotoGuardError('image', 'the photo has no pixels', { got: `${width}x${height}` });
  if (width * height > limitPixels) {
    throw new PhotoGuardError('image', `the photo has more than ${Math.floor(limitPixels / 1e6)} megapixels`, {
      got: `${width}x${height}`,
      hint: 'scale it down first; this also stops files made to exhaust memory',
    });
  }
  if (width * height > LARGE_PIXELS && bytes.length < LEAST_BYTES_A_PIXEL * width * height) {
    throw new PhotoGuardError('image', `the file has ${bytes.length} bytes for ${width}x${height} pixels`, {
      got: 'less than any photo of that size',
      hint: 'such files are made to exhaust memory; scale it down first if it is none',
    });
  }
  const frames = countFrames(bytes, format, header);
  if (frames > 1) {
    throw new PhotoGuardError('image', `the ${format.toUpperCase()} file holds several pictures (animation or pages)`, {
      got: `${frames} pictures`,
      hint: 'save the one to immunize as a file of its own',
    });
  }
  if (header.depth !== 'uchar' && header.depth !== 'ushort') {
    throw new PhotoGuardError('image', 'the photo does not have 8 or 16 bits a channel', { got: header.depth });
  }
  return { format, header, conversion: chooseConversion(header) };
}

/** A decoder's error as one line. */
export function decoderSaid(cause: unknown, format: InputFormat, what: string): PhotoGuardError {
  const said = cause instanceof Error ? cause.message : String(cause);
  const got = said.replace(/\s+/g, ' ').trim().slice(0, 160);
  return new PhotoGuardError('image', `the ${format.toUpperCase()} ${what}`, { got, cause });
}

async function readHeader(bytes: Uint8Array, format: InputFormat): Promise<Metadata> {
  let header: Metadata;
  try {
    header = await sharp(bytes, { failOn: 'none', limitInputPixels: false }).metadata();
  } catch (cause) {
    throw decoderSaid(cause, format, 'file is truncated, corrupt or of a kind that is not supported');
  }
  if (
    header.format === 'heif' &&
    header.compression === 'hevc' &&
    !sharp.format.heif.input.fileSuffix?.includes('.heic')
  )
    throw new PhotoGuardError('image', 'HEIC photos cannot be decoded here: the sharp that is installed has no HEVC', {
      hint: 'save the photo as JPEG, PNG or AVIF first, or install a sharp that is built on a libvips with HEVC',
    });
  return header;
}

function countFrames(bytes: Uint8Array, format: InputFormat, header: Metadata): number {
  if (format !== 'png') return header.pages ?? 1;
  const control = readPngChunks(bytes).find((chunk) => chunk.type === 'acTL'); // APNG: decoders see its first frame only
  if (control === undefined || control.data.length < 4) return 1;
  return new DataView(control.data.buffer, control.data.byteOffset, 4).getUint32(0);
}

function chooseConversion(header: Metadata): Conversion {
  switch (header.space as string) {
    case 'srgb':
    case 'rgb':
    case 'rgb16':
      return 'none';
    case 'b-w':
    case 'grey16':
      return header.hasProfile ? 'to-srgb' : 'grey';
    case 'cmyk':
    case 'lab':
    case 'labs':
      return 'to-srgb';
    default:
      throw new PhotoGuardError('image', 'the photo is not in RGB, grey, CMYK or Lab', { got: header.space });
  }
}

function beginning(bytes: Uint8Array): string {
  const shown = Array.from(bytes.subarray(0, 8), (b) => (b >= 32 && b < 127 ? String.fromCharCode(b) : '.')).join('');
  return `"${shown}"`;
}
