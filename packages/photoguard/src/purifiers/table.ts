// All kinds of purifiers by name: the one list that the parser, help texts and docs/purifiers.md go by.
import { avif } from './avif.ts';
import { bilateral } from './bilateral.ts';
import { bits } from './bits.ts';
import { blur } from './blur.ts';
import { crop } from './crop.ts';
import { diffpure } from './diffpure.ts';
import { guided } from './guided.ts';
import { impress } from './impress.ts';
import { jpeg } from './jpeg.ts';
import type { PurifierKind } from './kind.ts';
import { median } from './median.ts';
import { noise } from './noise.ts';
import { none } from './none.ts';
import { resize } from './resize.ts';
import { rotate } from './rotate.ts';
import { upscale } from './upscale.ts';
import { vae } from './vae.ts';
import { webp } from './webp.ts';

/** Kinds of purifiers by name. */
export const PURIFIERS: Readonly<Record<string, PurifierKind>> = Object.freeze({
  none,
  jpeg,
  webp,
  avif,
  resize,
  crop,
  rotate,
  blur,
  noise,
  median,
  bilateral,
  guided,
  bits,
  vae,
  diffpure,
  upscale,
  impress,
});
