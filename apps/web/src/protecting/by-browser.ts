// HEIC, which few browsers decode, and no codec here does: what the browser makes of it, read as a frame of video, since what
// is read back from a canvas may be altered.
import { PhotoGuardError } from 'photoguard/errors';
import type { Rgba } from './rgba.ts';

/** @throws PhotoGuardError `image` where the browser cannot */
export async function decodeByBrowser(file: Uint8Array<ArrayBuffer>): Promise<Rgba> {
  try {
    const bitmap = await createImageBitmap(new Blob([file], { type: 'image/heic' }), {
      colorSpaceConversion: 'none',
      premultiplyAlpha: 'none',
    });
    const frame = new VideoFrame(bitmap, { timestamp: 0 });
    bitmap.close();
    try {
      const options = { format: 'RGBA' } as const;
      const data = new Uint8Array(frame.allocationSize(options));
      await frame.copyTo(data, options);
      return { width: frame.codedWidth, height: frame.codedHeight, data };
    } finally {
      frame.close();
    }
  } catch (cause) {
    throw new PhotoGuardError('image', 'this browser does not decode HEIC photos', {
      hint: 'save the photo as JPEG first, or open this page in Safari',
      cause,
    });
  }
}
