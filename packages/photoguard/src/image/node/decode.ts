/*
 * Decodes a photo's file to pixels and metadata. What it decides is listed here; `notes` says so wherever that changes
 * something:
 *   orientation  applied to the pixels; the tag becomes 1
 *   ICC          kept, pixels stay in the photo's own RGB space (editors read them so, too); CMYK, Lab and grey with a
 *                profile are converted to sRGB and the profile is dropped
 *   grey         becomes RGB of three equal channels, since models want RGB; so does the output
 *   16 bit       rounded to 8: editors read 8 bits, and a perturbation is counted in levels of 8 bits
 *   alpha        set aside untouched, put back on writing
 * Decoding is strict: a file that the decoder complains about is refused instead of being half decoded.
 */
import sharp, { type Sharp } from 'sharp';
import { PhotoGuardError } from '../../errors.ts';
import { readMetadata } from '../read-metadata.ts';
import type { InputFormat, Photo, Pixels8 } from '../types.ts';
import { type Conversion, DEFAULT_LIMIT_PIXELS, decoderSaid, type Inspected, inspect } from './inspect.ts';
import { describeHeader, requireDecodable } from './photo-header.ts';
import { readPhotoFile } from './read-file.ts';

/** Options of `decodePhoto`. */
export interface DecodeOptions {
  /** Most pixels that a photo may have, checked from its header before decoding; default 2^28 (268 megapixels). */
  readonly limitPixels?: number;
  /** Most bytes that decoding may take, checked from the header before decoding; default: no limit. */
  readonly memory?: number;
}

/**
 * Decodes a photo: JPEG, PNG, WebP, AVIF, TIFF or a GIF with one frame.
 *
 * @param source a path, or the bytes of a file
 * @throws PhotoGuardError `input` for a path that cannot be read; `image` for a file that is empty, no image,
 *   truncated, corrupt, animated or too large; `memory` for one over the budget
 */
export async function decodePhoto(source: string | Uint8Array, options: DecodeOptions = {}): Promise<Photo> {
  const bytes = typeof source === 'string' ? await readPhotoFile(source) : source;
  const limitPixels = options.limitPixels ?? DEFAULT_LIMIT_PIXELS;
  const inspected = await inspect(bytes, limitPixels);
  requireDecodable(describeHeader(bytes.length, inspected), options.memory);
  const { format, header, conversion } = inspected;
  const notes: string[] = [];
  const decoded = await decodePixels(bytes, inspected, limitPixels, notes);
  const described = { format, header, keepColour: conversion !== 'to-srgb' };
  const { metadata, notes: metadataNotes } = await readMetadata(bytes, described);
  notes.push(...conversionNotes(inspected), ...metadataNotes);
  return {
    pixels: decoded.pixels,
    ...(decoded.alpha ? { alpha: decoded.alpha } : {}),
    metadata,
    format,
    bitsPerChannel: header.depth === 'ushort' && conversion !== 'to-srgb' ? 16 : 8,
    notes,
  };
}

interface Decoded {
  readonly pixels: Pixels8;
  readonly alpha?: Uint8Array;
}

async function decodePixels(
  bytes: Uint8Array,
  { format, header, conversion }: Inspected,
  limitPixels: number,
  notes: string[],
): Promise<Decoded> {
  const deep = header.depth === 'ushort' && conversion !== 'to-srgb';
  const open = (failOn: 'warning' | 'error'): Sharp => {
    const image = sharp(bytes, {
      failOn,
      limitInputPixels: limitPixels,
      ignoreIcc: conversion !== 'to-srgb',
      autoOrient: true,
    }).timeout({ seconds: 600 });
    return deep ? image.toColourspace('rgb16').raw({ depth: 'ushort' }) : image.toColourspace('srgb').raw();
  };
  try {
    return split(await open('warning').toBuffer({ resolveWithObject: true }), deep, format);
  } catch (cause) {
    if (cause instanceof PhotoGuardError) throw cause;
    // Some cameras pad their JPEG data. The pixels are complete; the decoder only warns about it.
    if (!(cause instanceof Error && /extraneous bytes/.test(cause.message))) {
      throw decoderSaid(cause, format, 'file is truncated or corrupt');
    }
  }
  try {
    const decoded = split(await open('error').toBuffer({ resolveWithObject: true }), deep, format);
    notes.push('the file has stray bytes between its parts; the pixels were read as every viewer shows them');
    return decoded;
  } catch (cause) {
    throw decoderSaid(cause, format, 'file is truncated or corrupt');
  }
}

function split(
  { data, info }: { data: Buffer; info: { width: number; height: number; channels: number } },
  deep: boolean,
  format: InputFormat,
): Decoded {
  const { width, height, channels } = info;
  const area = width * height;
  if ((channels !== 3 && channels !== 4) || data.length !== area * channels * (deep ? 2 : 1)) {
    throw new PhotoGuardError('image', `the ${format.toUpperCase()} did not decode to RGB`, {
      got: `${channels} channels, ${data.length} bytes for ${width}x${height}`,
    });
  }
  const bytes = deep ? toEightBits(data) : data;
  if (channels === 3)
    return { pixels: { width, height, channels, data: new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length) } };
  const rgb = new Uint8Array(3 * area);
  const alpha = new Uint8Array(area);
  for (let i = 0, j = 0, k = 0; i < area; i++, j += 4, k += 3) {
    rgb[k] = bytes[j]!;
    rgb[k + 1] = bytes[j + 1]!;
    rgb[k + 2] = bytes[j + 2]!;
    alpha[i] = bytes[j + 3]!;
  }
  return { pixels: { width, height, channels: 3, data: rgb }, alpha };
}

/** 0..65535 to the nearest of 0..255: 257 is one level. */
function toEightBits(data: Buffer): Uint8Array {
  const out = new Uint8Array(data.length / 2);
  const wide = new DataView(data.buffer, data.byteOffset, data.length);
  const little = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
  for (let i = 0; i < out.length; i++) out[i] = Math.round(wide.getUint16(2 * i, little) / 257);
  return out;
}

function conversionNotes({ header, conversion }: Inspected): string[] {
  const notes: string[] = [];
  const orientation = header.orientation ?? 1;
  if (orientation > 1) notes.push(`turned upright: the photo was stored with orientation ${orientation}`);
  const said: Record<Conversion, string | undefined> = {
    none: undefined,
    grey: 'greyscale photo: written as RGB, since models see RGB',
    'to-srgb': `${SPACES[header.space as string] ?? header.space} photo: converted to sRGB${
      header.hasProfile ? ', its colour profile no longer applies' : ''
    }`,
  };
  if (said[conversion] !== undefined) notes.push(said[conversion]);
  if (header.depth === 'ushort') notes.push('more than 8 bits a channel: rounded to 8, which is what editors read');
  return notes;
}

const SPACES: Readonly<Record<string, string>> = {
  'b-w': 'greyscale',
  grey16: 'greyscale',
  cmyk: 'CMYK',
  lab: 'Lab',
  labs: 'Lab',
};
