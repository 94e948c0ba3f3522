// All kinds of purifiers by name: the parser, help texts and docs/purifiers.md use this one list.
import { TRANSFORMS } from '../transforms/index.ts';
import { bilateral } from './bilateral.ts';
import { diffpure } from './diffpure.ts';
import { guided } from './guided.ts';
import { impress } from './impress.ts';
import type { PurifierKind } from './kind.ts';
import { median } from './median.ts';
import { upscale } from './upscale.ts';
import { vae } from './vae.ts';

/** Kinds of purifiers by name. */
export const PURIFIERS: Readonly<Record<string, PurifierKind>> = Object.freeze({
  ...TRANSFORMS,
  median,
  bilateral,
  guided,
  vae,
  diffpure,
  upscale,
  impress,
});
