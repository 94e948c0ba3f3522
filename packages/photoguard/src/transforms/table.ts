// Everyday transforms by name. PURIFIERS has these too.
import { avif } from './avif.ts';
import { bits } from './bits.ts';
import { blur } from './blur.ts';
import { crop } from './crop.ts';
import { gain } from './gain.ts';
import { jpeg } from './jpeg.ts';
import type { Kinds, TransformKind } from './kind.ts';
import { noise } from './noise.ts';
import { none } from './none.ts';
import { resize } from './resize.ts';
import { rotate } from './rotate.ts';
import { webp } from './webp.ts';

/** Kinds of transforms by name. */
export const TRANSFORMS = Object.freeze({
  none,
  jpeg,
  webp,
  avif,
  resize,
  crop,
  rotate,
  blur,
  noise,
  gain,
  bits,
}) satisfies Kinds<TransformKind>;
