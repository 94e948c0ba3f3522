// What model_index.json must say: which parts there are, and of which class each is.
import { PhotoGuardError } from '../../errors.ts';
import { classNames } from '../registry.ts';

/** Parts of a pipeline, each a folder. */
export const PARTS = ['vae', 'unet', 'text_encoder', 'tokenizer', 'scheduler'] as const;

/** A part's name. */
export type Part = (typeof PARTS)[number];

type Index = Readonly<Record<string, unknown>>;

/** Whether an index is that of a kind of pipeline that can be run: SDXL, SD3 and FLUX have parts that are not built. */
export const isRunnable = (index: unknown): boolean => {
  const { text_encoder_2: second, transformer } = (index ?? {}) as Index;
  return !second && !transformer;
};

/** Checks an index. @throws PhotoGuardError `config` for a part that is not listed, or of a class that is not built */
export function requireParts(index: unknown, label: string): void {
  const listed = (typeof index === 'object' && index !== null ? index : {}) as Index;
  if (!isRunnable(index))
    throw new PhotoGuardError('config', `${label}: the pipeline must be of Stable Diffusion 1 or 2`, {
      got: String(listed._class_name),
    });
  for (const part of PARTS) {
    const entry = listed[part];
    const name = Array.isArray(entry) ? (entry[1] as unknown) : undefined;
    if (typeof name !== 'string')
      throw new PhotoGuardError('config', `${label}: model_index.json names no ${part}`, {
        hint: 'the pipeline is incomplete, or of a kind that is not built',
      });
    if (part === 'scheduler') continue; // the schedulers room has the classes
    const classes = classNames(part);
    if (!classes.includes(name))
      throw new PhotoGuardError('config', `${label}: the ${part} must be ${classes.join(' or ')}`, { got: name });
  }
}
