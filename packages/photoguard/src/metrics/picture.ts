/*
 * What metrics compare: two 8-bit RGB pictures, as read back from the files. Metrics import no other room, so this type
 * repeats `Pixels8` of the image room; the two are compatible.
 */
import { PhotoGuardError } from '../errors.ts';

/** An 8-bit RGB picture: `data[(y * width + x) * 3 + channel]` in 0..255. */
export interface Rgb8 {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** Throws PhotoGuardError `input` unless both pictures have the same size and the right number of bytes. */
export function requireComparable(a: Rgb8, b: Rgb8): void {
  if (a.width !== b.width || a.height !== b.height) {
    throw new PhotoGuardError('input', 'only pictures of the same size can be compared', {
      got: `${a.width}x${a.height} and ${b.width}x${b.height}`,
    });
  }
  const bytes = 3 * a.width * a.height;
  if (bytes === 0 || a.data.length !== bytes || b.data.length !== bytes) {
    throw new PhotoGuardError('input', `a ${a.width}x${a.height} RGB picture has ${bytes} bytes`, {
      got: `${a.data.length} and ${b.data.length}`,
    });
  }
}
