// WebP with loss, which many sites make of whatever is uploaded.
import { purifierKind } from './kind.ts';
import { throughFile } from './with-sharp.ts';

/** `webp`. */
export const webp = purifierKind({
  about: 'written as lossy WebP and read again',
  compared:
    'An everyday operation, rarely in papers. libwebp through sharp, at its default effort; colour is always at half ' +
    'the resolution.',
  needs: 'nothing',
  arguments: { quality: { kind: 'integer', about: 'as in libwebp', default: 80, min: 1, max: 100 } },
  make:
    ({ quality }) =>
    (pixels) =>
      throughFile(pixels, 'WebP', (image) => image.webp({ quality })),
});
