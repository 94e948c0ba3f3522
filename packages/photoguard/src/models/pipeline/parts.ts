// What model_index.json must say: which parts there are, and of which class each is.
import * as z from 'zod/mini';
import { PhotoGuardError } from '../../errors.ts';
import { anyObject, named } from '../../validate/index.ts';
import { classNames } from '../registry.ts';

/** Parts of a pipeline, each a folder. */
export const PARTS = ['vae', 'unet', 'text_encoder', 'tokenizer', 'scheduler'] as const;

/** A part's name. */
export type Part = (typeof PARTS)[number];

// What is no object lists no part.
const listedIn = (index: unknown): Readonly<Record<string, unknown>> => z.safeParse(anyObject(), index).data ?? {};
// Library and class: `["diffusers", "AutoencoderKL"]`.
const ENTRY = z.tuple([z.unknown(), z.string()], z.unknown());

/** Whether an index is that of a kind of pipeline that can be run: SDXL, SD3 and FLUX have parts that are not built. */
export const isRunnable = (index: unknown): boolean => {
  const { text_encoder_2: second, transformer } = listedIn(index);
  return !second && !transformer;
};

/** Checks an index. @throws PhotoGuardError `config` for a part that is not listed, or of a class that is not built */
export function requireParts(index: unknown, label: string): void {
  const listed = listedIn(index);
  if (!isRunnable(index))
    throw new PhotoGuardError('config', `${label}: the pipeline must be of Stable Diffusion 1 or 2`, {
      got: named(listed._class_name),
    });
  for (const part of PARTS) {
    const name = z.safeParse(ENTRY, listed[part]).data?.[1];
    if (name === undefined)
      throw new PhotoGuardError('config', `${label}: model_index.json names no ${part}`, {
        hint: 'the pipeline is incomplete, or of a kind that is not built',
      });
    if (part === 'scheduler') continue; // the schedulers room has the classes
    const classes = classNames(part);
    if (!classes.includes(name))
      throw new PhotoGuardError('config', `${label}: the ${part} must be ${classes.join(' or ')}`, {
        got: named(name),
      });
  }
}
