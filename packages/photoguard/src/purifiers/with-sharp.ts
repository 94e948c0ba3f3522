// To sharp and back. Only colour: a purifier never sees alpha.
import sharp, { type Sharp } from 'sharp';
import { PhotoGuardError } from '../errors.ts';
import type { Pixels8 } from '../image/index.ts';

/** A sharp pipeline over a picture. */
export const sharpOf = ({ width, height, data }: Pixels8): Sharp =>
  sharp(data, { raw: { width, height, channels: 3 }, limitInputPixels: false });

/** The RGB bytes that a pipeline gives. */
export async function pixelsOf(image: Sharp): Promise<Pixels8> {
  const rgb = image.toColourspace('srgb').removeAlpha().raw();
  const { data, info } = await rgb.toBuffer({ resolveWithObject: true });
  if (info.channels !== 3) throw new Error(`sharp gave ${info.channels} channels`);
  const { width, height } = info;
  return { width, height, channels: 3, data: new Uint8Array(data.buffer, data.byteOffset, data.length) };
}

/**
 * A picture as a lossy file of it is read again.
 * @throws PhotoGuardError `input` where the format cannot hold it (WebP and AVIF have a largest side)
 */
export async function throughFile(pixels: Pixels8, format: string, encode: (image: Sharp) => Sharp): Promise<Pixels8> {
  try {
    const file = await encode(sharpOf(pixels)).toBuffer();
    return await pixelsOf(sharp(file, { limitInputPixels: false, ignoreIcc: true }));
  } catch (cause) {
    throw new PhotoGuardError('input', `this picture cannot be written as ${format}`, {
      got: `${pixels.width}x${pixels.height}: ${(cause as Error).message}`,
      cause,
    });
  }
}
