/*
 * Detects a file's format by its first bytes, never by its name. Only files recognised here reach a decoder: everything
 * else (SVG, PDF, HTML, executables) is refused before any parser sees it.
 */
import { startsWith } from './bytes.ts';
import type { InputFormat } from './types.ts';

const HEIF_BRANDS = ['avif', 'avis', 'mif1', 'msf1', 'heic', 'heix', 'hevc', 'heim'];

/** The format of a file, or undefined if it is not a known photo format. `avif` means any HEIF container. */
export function sniffFormat(bytes: Uint8Array): InputFormat | undefined {
  if (startsWith(bytes, '\xff\xd8\xff')) return 'jpeg';
  if (startsWith(bytes, '\x89PNG\r\n\x1a\n')) return 'png';
  if (startsWith(bytes, 'RIFF') && startsWith(bytes, 'WEBP', 8)) return 'webp';
  if (startsWith(bytes, 'GIF87a') || startsWith(bytes, 'GIF89a')) return 'gif';
  if (startsWith(bytes, 'II*\0') || startsWith(bytes, 'MM\0*')) return 'tiff';
  if (startsWith(bytes, 'II+\0') || startsWith(bytes, 'MM\0+')) return 'tiff'; // BigTIFF
  if (startsWith(bytes, 'ftyp', 4) && HEIF_BRANDS.some((brand) => startsWith(bytes, brand, 8))) return 'avif';
  return undefined;
}
