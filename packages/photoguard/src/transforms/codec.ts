// Transforms that go through a lossy file. The caller supplies the codecs, so that a page can use its own.
import { PhotoGuardError } from '../errors.ts';
import type { LossyFile } from '../image/index.ts';
import type { Apply } from './transform.ts';

/** An argument that codecs share: colour at half the resolution, as on nearly every site, or all of it. */
export const CHROMA = {
  kind: 'choice',
  about: 'colour at half the resolution (420) or all of it',
  default: '420',
  words: ['420', '444'],
} as const;

/** A picture after it was written to a lossy file and read back. */
export const throughFile =
  (file: LossyFile): Apply =>
  async (pixels, { codecs }) => {
    if (!codecs)
      throw new PhotoGuardError('input', `the transform ${file.format} needs codecs, and none were given`, {
        hint: 'in Node: sharpCodecs of photoguard/image/node',
      });
    return codecs.throughFile(pixels, file);
  };
