// Transforms that go through a lossy file. What writes and reads it is given by the caller, so that a page can bring its
// own.
import { PhotoGuardError } from '../errors.ts';
import type { LossyFile } from '../image/index.ts';
import type { Apply } from './transform.ts';

/** The argument that codecs share: colour at half the resolution, as nearly every site has it, or all of it. */
export const CHROMA = {
  kind: 'choice',
  about: 'colour at half the resolution (420) or all of it',
  default: '420',
  words: ['420', '444'],
} as const;

/** A picture as a lossy file of it is read again. */
export const throughFile =
  (file: LossyFile): Apply =>
  async (pixels, { codecs }) => {
    if (!codecs)
      throw new PhotoGuardError('input', `the transform ${file.format} needs codecs, and none were given`, {
        hint: 'in Node: sharpCodecs of photoguard/image/node',
      });
    return codecs.throughFile(pixels, file);
  };
