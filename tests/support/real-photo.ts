// A real photo for tests, small: the example of the README.
import type { Pixels8 } from 'photoguard/image';
import sharp from 'sharp';

/** The middle of examples/portrait.png at a small size. */
export async function realPhoto(width = 96, height = 80): Promise<Pixels8> {
  const file = new URL('../../examples/portrait.png', import.meta.url).pathname;
  const data = await sharp(file).resize(width, height, { fit: 'cover' }).removeAlpha().raw().toBuffer();
  return { width, height, channels: 3, data: Uint8Array.from(data) };
}
