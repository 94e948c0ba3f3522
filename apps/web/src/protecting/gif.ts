// The first picture of a GIF.
import { GifReader } from 'omggif';
import type { Rgba } from './rgba.ts';

/** Its pixels, and how many pictures there are. What the first picture does not cover is transparent. @throws for a damaged file */
export function decodeGif(file: Uint8Array): Rgba & { readonly pictures: number } {
  const reader = new GifReader(file);
  const pictures = reader.numFrames();
  if (pictures === 0) throw new Error('it has no picture');
  const { width, height } = reader;
  const data = new Uint8Array(4 * width * height);
  reader.decodeAndBlitFrameRGBA(0, data);
  return { width, height, data, pictures };
}
