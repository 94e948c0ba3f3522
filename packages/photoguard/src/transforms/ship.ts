// A lossy file in which a photo is delivered, in the grammar of parse.ts: `jpeg:85`, `jpeg:85:chroma=444`. What is attacked
// with it in the loop still works in that file.
import { PhotoGuardError } from '../errors.ts';
import type { LossyFile } from '../image/index.ts';
import { parseChain } from './parse.ts';
import { TRANSFORMS } from './table.ts';

/** See the head of this file. @throws PhotoGuardError `input` for anything but one JPEG */
export function parseShip(spec: string): LossyFile {
  const [part, ...more] = parseChain(spec, TRANSFORMS, 'file');
  if (part?.name !== 'jpeg' || more.length > 0)
    throw new PhotoGuardError('input', 'a photo is shipped as a JPEG', {
      got: spec,
      hint: 'jpeg:85, or jpeg:85:chroma=444',
    });
  const { quality, chroma } = part.values as Pick<LossyFile, 'quality' | 'chroma'>;
  return { format: 'jpeg', quality, chroma };
}
