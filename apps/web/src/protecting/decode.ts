// A file to a photo, as `decodePhoto` of photoguard/image/node does it, by codecs in wasm: browsers that protect against
// fingerprinting alter what is read back from a canvas, and a canvas converts colours.
import { PhotoGuardError } from 'photoguard/errors';
import { findMetadataBlocks, type InputFormat, jpegEnd, type Photo, readMetadata, sniffFormat } from 'photoguard/image';
import { fromRgba, type Rgba } from './rgba.ts';
import { statedSize } from './stated-size.ts';
import { upright } from './upright.ts';

/** Brands of HEIF files whose pictures are HEVC. */
const HEIC = /^he(ic|ix|vc|im)$/;

/** Most pixels of a photo. Protecting one takes about 45 bytes for each. */
const MOST_PIXELS = 48e6;

/** A file as a person gives it. @throws PhotoGuardError `image` for one that cannot be read or decoded, in one line */
export async function decodeFile(file: Blob): Promise<Photo> {
  let bytes: ArrayBuffer;
  try {
    bytes = await file.arrayBuffer();
  } catch (cause) {
    throw new PhotoGuardError('image', 'the browser cannot read the file', {
      got: cause instanceof Error ? cause.message : String(cause),
      hint: 'it may be a folder, too large for the memory, or changed since it was chosen: choose it again',
      cause,
    });
  }
  return decodePhoto(new Uint8Array(bytes));
}

/** @throws PhotoGuardError `image` for a file that cannot be decoded, in one line */
export async function decodePhoto(file: Uint8Array): Promise<Photo> {
  const format = sniffFormat(file);
  if (!format)
    throw new PhotoGuardError('image', 'the file is not a photo known here', {
      hint: 'use JPEG, PNG, WebP, AVIF, GIF or HEIC',
    });
  const header = await findMetadataBlocks(file, format);
  const is16Bit = format === 'png' && file[24] === 16;
  const decoded = await decodePixels(file, format, is16Bit);
  requireSize(decoded);
  const { pictures = 1 } = decoded;
  const orientation = format === 'avif' ? 1 : (header.orientation ?? 1); // AVIF and HEIC are turned by their decoders
  const { pixels, alpha } = fromRgba(upright(decoded, orientation));
  const { metadata, notes } = await readMetadata(file, { format, header, keepColour: true });
  return {
    ...{ pixels, metadata, format, bitsPerChannel: is16Bit ? 16 : 8 },
    ...(alpha && { alpha }),
    notes: [
      ...(orientation > 1 ? [`turned upright: the photo was stored with orientation ${orientation}`] : []),
      ...(is16Bit ? ['more than 8 bits a channel: rounded to 8, which is what editors read'] : []),
      ...(format === 'avif' ? ['EXIF, ICC and XMP of AVIF and HEIC are not kept by this page'] : []),
      ...(pictures > 1 ? [`the first of ${pictures} pictures of the GIF`] : []),
      ...notes,
    ],
  };
}

async function decodePixels(
  file: Uint8Array,
  format: InputFormat,
  is16Bit: boolean,
): Promise<Rgba & { readonly pictures?: number }> {
  requireSize(statedSize(file, format));
  if (format === 'avif' && HEIC.test(String.fromCharCode(...file.subarray(8, 12))))
    return (await import('./by-browser.ts')).decodeByBrowser(new Uint8Array(file));
  const bytes = new Uint8Array(file).buffer;
  try {
    switch (format) {
      case 'jpeg':
        requireEnd(file);
        return await (await import('@jsquash/jpeg/decode.js')).default(bytes);
      case 'png':
        return await decodePng(bytes, is16Bit);
      case 'webp':
        return await (await import('@jsquash/webp/decode.js')).default(bytes);
      case 'gif':
        return (await import('./gif.ts')).decodeGif(file);
      case 'avif': {
        const decoded = await (await import('@jsquash/avif/decode.js')).default(bytes);
        if (decoded) return decoded;
        break;
      }
    }
  } catch (cause) {
    const got = cause instanceof Error ? cause.message : String(cause);
    throw new PhotoGuardError('image', `the ${format.toUpperCase()} file is truncated, corrupt or of an unknown kind`, {
      got: got.replace(/\s+/g, ' ').slice(0, 160),
      cause,
    });
  }
  throw new PhotoGuardError('image', `${format.toUpperCase()} is not read by this page`, {
    hint: 'save the photo as JPEG or PNG first',
  });
}

// The decoder fills what is missing with grey.
function requireEnd(jpeg: Uint8Array): void {
  const end = jpegEnd(jpeg, 0) ?? 0;
  if (jpeg[end - 2] !== 0xff || jpeg[end - 1] !== 0xd9) throw new Error('it has no end');
}

async function decodePng(bytes: ArrayBuffer, is16Bit: boolean): Promise<Rgba> {
  const { decode } = await import('@jsquash/png/decode.js');
  if (!is16Bit) return decode(bytes);
  const { width, height, data } = await decode(bytes, { bitDepth: 16 });
  return { width, height, data: Uint8ClampedArray.from(data, (value) => Math.round(value / 257)) };
}

function requireSize(size: { readonly width: number; readonly height: number } | undefined): void {
  if (!size || size.width * size.height <= MOST_PIXELS) return;
  throw new PhotoGuardError('image', `the photo has more than ${MOST_PIXELS / 1e6} megapixels`, {
    got: `${size.width}x${size.height}`,
    hint: 'scale it down first, or use the command',
  });
}
