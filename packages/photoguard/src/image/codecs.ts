// Writing pictures as lossy files and reading them back: sharp in Node (sharp-codecs.ts), wasm codecs in a page.
import type { Pixels8 } from './types.ts';

/** A lossy file. */
export interface LossyFile {
  readonly format: 'jpeg' | 'webp' | 'avif';
  /** 1 to 100, as the format's own library counts. */
  readonly quality: number;
  /** Colour at half the resolution (420) or all of it. WebP always has 420. */
  readonly chroma: '420' | '444';
}

/** See the head of this file. */
export interface Codecs {
  /**
   * The picture after it was written to a file and read back, without colour management.
   * @throws PhotoGuardError `input` where the format cannot hold it (WebP and AVIF have a largest side)
   */
  throughFile(pixels: Pixels8, file: LossyFile): Promise<Pixels8>;
}
