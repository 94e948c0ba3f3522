// Lossy WebP, to which many sites convert every upload.
import { throughFile } from './codec.ts';
import { transformKind } from './kind.ts';

/** `webp`. */
export const webp = transformKind({
  about: 'written as lossy WebP and read again',
  compared:
    'An everyday operation, rarely in papers. libwebp through sharp, at its default effort; colour is always at half ' +
    'the resolution.',
  arguments: { quality: { kind: 'integer', about: 'as in libwebp', default: 80, min: 1, max: 100 } },
  make: ({ quality }) => throughFile({ format: 'webp', quality, chroma: '420' }),
});
