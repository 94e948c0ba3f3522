// The hash that identifies the original photo in a record.
import type { Pixels8 } from '../image/index.ts';

/**
 * SHA-256 of decoded pixels, hex: of the bytes R G B of each pixel, row by row, upright. A file's metadata does not
 * matter, and neither does its format if it is lossless.
 */
export async function sha256OfPixels({ data }: Pixels8): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new Uint8Array(data)));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
