// JPEG, as most pictures on the web went through it at least once.
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
    chroma: {
      kind: 'choice',
      about: 'colour at half the resolution (420) or all of it',
      default: '420',
      words: ['420', '444'],
    },
  },
  make: ({ quality, chroma }) => {
    const chromaSubsampling = chroma === '420' ? '4:2:0' : '4:4:4';
    return (pixels) => throughFile(pixels, 'JPEG', (image) => image.jpeg({ quality, chromaSubsampling }));
  },
  inGraph: (options) => (g, image) => jpegInGraph(g, image, options),
});
