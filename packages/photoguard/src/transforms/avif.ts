// AVIF, the strongest of the common codecs: at the same file size it keeps more of what people see, and less of what
// they do not.
import { CHROMA, throughFile } from './codec.ts';
import { transformKind } from './kind.ts';

/** `avif`. */
export const avif = transformKind({
  about: 'written as AVIF and read again',
  compared: 'An everyday operation, rarely in papers. libaom through sharp, at its default effort.',
  arguments: {
    quality: { kind: 'integer', about: 'as in libheif', default: 50, min: 1, max: 100 },
    chroma: CHROMA,
  },
  make: ({ quality, chroma }) => throughFile({ format: 'avif', quality, chroma }),
});
