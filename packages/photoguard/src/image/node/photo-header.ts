/*
 * What a photo's header says before any pixel is decoded: its upright size, and how many bytes decoding takes. A file
 * of a few kilobytes may contain a picture too large for any memory.
 */
import { PhotoGuardError } from '../../errors.ts';
import type { InputFormat, Size } from '../types.ts';
import { DEFAULT_LIMIT_PIXELS, type Inspected, inspect } from './inspect.ts';
import { readPhotoFile } from './read-file.ts';

/** A photo as its header describes it. Width and height are those of the decoded, upright picture. */
export interface PhotoHeader extends Size {
  readonly format: InputFormat;
  readonly hasAlpha: boolean;
  /** Bytes of the file. */
  readonly fileBytes: number;
  /** Peak bytes that decoding takes, including the file and the result. */
  readonly decodeBytes: number;
  /** XMP packet as in the file. */
  readonly xmp?: Uint8Array;
}

/**
 * The header of a photo.
 *
 * @param source a path, or the bytes of a file
 * @throws PhotoGuardError as `decodePhoto` for a file that it would refuse by its header
 */
export async function photoHeader(source: string | Uint8Array): Promise<PhotoHeader> {
  const bytes = typeof source === 'string' ? await readPhotoFile(source) : source;
  return describeHeader(bytes.length, await inspect(bytes, DEFAULT_LIMIT_PIXELS));
}

/** The header of a file that has been inspected. */
export function describeHeader(fileBytes: number, { format, header }: Inspected): PhotoHeader {
  const turned = (header.orientation ?? 1) > 4;
  const [width, height] = turned ? [header.height, header.width] : [header.width, header.height];
  const hasAlpha = header.hasAlpha === true;
  const channels = hasAlpha ? 4 : 3;
  const decoded = channels * (header.depth === 'ushort' ? 2 : 1);
  const split = header.depth === 'ushort' || hasAlpha ? 2 * channels : 0;
  // Some decoders need the whole picture at once: YUV planes, wavelets or coefficients, or the picture before it is
  // rotated.
  const isStreamed = (format === 'png' || format === 'jpeg' || format === 'tiff') && !header.isProgressive && !turned;
  const whole = isStreamed ? 0 : 2 * decoded;
  const decodeBytes = fileBytes + width * height * (decoded + split + whole);
  const xmp = header.xmp && { xmp: new Uint8Array(header.xmp) };
  return { format, width, height, hasAlpha, fileBytes, decodeBytes, ...xmp };
}

/** @throws PhotoGuardError `memory`, with the bytes that are needed, if decoding takes more than the budget */
export function requireDecodable({ width, height, decodeBytes }: PhotoHeader, memory: number | undefined): void {
  if (memory === undefined || decodeBytes <= memory) return;
  const megabytes = (bytes: number): string => `${Math.ceil(bytes / 1e6)} MB`;
  throw new PhotoGuardError('memory', `decoding ${width}x${height} pixels takes ${megabytes(decodeBytes)}`, {
    got: `a budget of ${megabytes(memory)}`,
    hint: 'scale the photo down first',
    bytes: decodeBytes,
  });
}
