// JPEG, which most pictures on the web went through at least once.
import { CHROMA, throughFile } from './codec.ts';
import { jpegPass } from './jpeg-graph.ts';
import { transformKind } from './kind.ts';

/** `jpeg`. */
export const jpeg = transformKind({
  about: 'written as JPEG and read again',
  compared:
    'What every site does on upload, and the first remover that papers test, mostly at 75. The pixels are those that ' +
    'Pillow with libjpeg-turbo gives at the same quality and subsampling (golden image/jpeg-libjpeg): the standard ' +
    'tables, no trellis.',
  arguments: {
    quality: { kind: 'integer', about: 'as in libjpeg', default: 75, min: 1, max: 100 },
    chroma: CHROMA,
  },
  make: ({ quality, chroma }) => throughFile({ format: 'jpeg', quality, chroma }),
  passes: (options) => () => [jpegPass(options)],
});
