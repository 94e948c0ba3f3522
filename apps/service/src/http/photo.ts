// A photo in a request: its bytes, checked by its header before anything decodes it.
import { z } from '@hono/zod-openapi';
import { photoHeader } from 'photoguard/image/node';
import { Problem } from './problem.ts';

/** The field of a form that is a photo. */
export const PHOTO = z
  .custom<File>((value) => value instanceof File, 'expected a file')
  .openapi({ type: 'string', format: 'binary', description: 'PNG, JPEG, WebP, AVIF or TIFF' });

/** The bytes of a file. @throws Problem or PhotoGuardError if it is no photo, or has too many pixels */
export const readPhoto = async (file: File, maxPixels: number): Promise<Uint8Array> =>
  checkPhoto(new Uint8Array(await file.arrayBuffer()), maxPixels);

/** The bytes of a file, if it is a photo. @throws as readPhoto */
export async function checkPhoto(bytes: Uint8Array, maxPixels: number): Promise<Uint8Array> {
  const { width, height } = await photoHeader(bytes);
  if (width * height > maxPixels)
    throw new Problem(413, 'too-large', `a photo may have at most ${maxPixels} pixels, got ${width}x${height}`);
  return bytes;
}
