// JPEG, as most pictures on the web went through it at least once.

import { CHROMA, chromaSubsampling } from './chroma.ts';
import { jpegInGraph } from './differentiable/jpeg.ts';
import { purifierKind } from './kind.ts';
import { throughFile } from './with-sharp.ts';

/** `jpeg`. */
export const jpeg = purifierKind({
  about: 'written as JPEG and read again',
  compared:
    'What every site does on upload, and the first remover that papers test, mostly at 75. The pixels are those that ' +
    'Pillow with libjpeg-turbo gives at the same quality and subsampling (golden image/jpeg-libjpeg): the standard ' +
    'tables, no trellis.',
  needs: 'nothing',
  arguments: {
    quality: { kind: 'integer', about: 'as in libjpeg', default: 75, min: 1, max: 100 },
    chroma: CHROMA,
  },
  make:
    ({ quality, chroma }) =>
    (pixels) =>
      throughFile(pixels, 'JPEG', (image) => image.jpeg({ quality, chromaSubsampling: chromaSubsampling(chroma) })),
  inGraph: (options) => (g, image) => jpegInGraph(g, image, options),
});
