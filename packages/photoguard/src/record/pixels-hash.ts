// The hash by which a record knows the photo that it was made of.
import type { Pixels8 } from '../image/index.ts';

/**
 * SHA-256 of decoded pixels, hex: of the bytes R G B of each pixel, row by row, upright. A file's metadata does not count,
 * and neither does its format where that is lossless.
 */
export async function sha256OfPixels({ data }: Pixels8): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new Uint8Array(data)));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
