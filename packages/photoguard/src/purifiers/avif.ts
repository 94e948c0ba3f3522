// AVIF, the strongest of the common codecs: at the same size of file it keeps more of what people see, and less of
// what they do not.
import { CHROMA, chromaSubsampling } from './chroma.ts';
import { purifierKind } from './kind.ts';
import { throughFile } from './with-sharp.ts';

/** `avif`. */
export const avif = purifierKind({
  about: 'written as AVIF and read again',
  compared: 'An everyday operation, rarely in papers. libaom through sharp, at its default effort.',
  needs: 'nothing',
  arguments: {
    quality: { kind: 'integer', about: 'as in libheif', default: 50, min: 1, max: 100 },
    chroma: CHROMA,
  },
  make:
    ({ quality, chroma }) =>
    (pixels) =>
      throughFile(pixels, 'AVIF', (image) => image.avif({ quality, chromaSubsampling: chromaSubsampling(chroma) })),
});
