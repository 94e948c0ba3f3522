// Checks model_index.json: the parts of a pipeline and their classes. Stable Diffusion 1 and 2 and InstructPix2Pix have
// one text encoder with its tokenizer. SDXL has a second pair, and its refiner that one alone.
import * as z from 'zod/mini';
import { PhotoGuardError } from '../../errors.ts';
import { anyObject, flag, named, object, orDefault, validate } from '../../validate/index.ts';
import { type BuiltPart, classNames } from '../registry.ts';

/** A part of a pipeline: its folder, and what it is. */
export interface Part {
  readonly folder: string;
  readonly kind: BuiltPart | 'scheduler';
}

/** Folders of the pairs of tokenizer and text encoder, in the order in which their states are joined. */
export const TEXT_FOLDERS = [
  { tokenizer: 'tokenizer', encoder: 'text_encoder' },
  { tokenizer: 'tokenizer_2', encoder: 'text_encoder_2' },
] as const;

type TextFolders = (typeof TEXT_FOLDERS)[number];

// A value that is not an object lists no parts.
const readIndex = (index: unknown): Readonly<Record<string, unknown>> => z.safeParse(anyObject(), index).data ?? {};
// Library and class: `["diffusers", "AutoencoderKL"]`; `[null, null]` where there is no such part.
const ENTRY = z.tuple([z.unknown(), z.string()], z.unknown());
const findClass = (index: unknown, part: string): string | undefined =>
  z.safeParse(ENTRY, readIndex(index)[part]).data?.[1];

/** Whether an index is that of a kind of pipeline that can be run: SD3 and FLUX have transformers, which are not built. */
export const isRunnable = (index: unknown): boolean => !readIndex(index).transformer;

/** Whether an index is that of an SDXL pipeline. */
export function isXL(index: unknown): boolean {
  const { _class_name: name } = readIndex(index);
  return (typeof name === 'string' && name.startsWith('StableDiffusionXL')) || !!findClass(index, 'text_encoder_2');
}

/** The pairs of tokenizer and text encoder that a pipeline of this index has. */
export function listTextFolders(index: unknown): readonly TextFolders[] {
  const [first, second] = TEXT_FOLDERS;
  if (!isXL(index)) return [first];
  return findClass(index, first.encoder) === undefined ? [second] : [first, second];
}

/** The parts that a pipeline of this index has, whether or not it lists them. */
export const listParts = (index: unknown): readonly Part[] => [
  { folder: 'vae', kind: 'vae' },
  { folder: 'unet', kind: 'unet' },
  ...listTextFolders(index).flatMap(({ tokenizer, encoder }): Part[] => [
    { folder: encoder, kind: 'text_encoder' },
    { folder: tokenizer, kind: 'tokenizer' },
  ]),
  { folder: 'scheduler', kind: 'scheduler' },
];

/** Checks an index. @throws PhotoGuardError `config` for a part that is not listed, or of a class that is not built */
export function requireParts(index: unknown, label: string): void {
  if (!isRunnable(index))
    throw new PhotoGuardError('config', `${label}: the pipeline must be of Stable Diffusion 1, 2 or XL`, {
      got: named(readIndex(index)._class_name),
    });
  for (const { folder, kind } of listParts(index)) {
    const name = findClass(index, folder);
    if (name === undefined)
      throw new PhotoGuardError('config', `${label}: model_index.json names no ${folder}`, {
        hint: 'the pipeline is incomplete, or of a kind that is not supported',
      });
    if (kind === 'scheduler') continue; // the schedulers room has the classes
    const classes = classNames(kind);
    if (!classes.includes(name))
      throw new PhotoGuardError('config', `${label}: the ${folder} must be ${classes.join(' or ')}`, {
        got: named(name),
      });
  }
}

/** What an SDXL pipeline's index says of its conditions. */
export interface XLSettings {
  /** Whether guidance without a negative prompt leads away from zeros instead of an empty text. */
  readonly zerosWithoutNegative: boolean;
  /** Whether the UNet is told a score of how beautiful the picture is: the refiner's is. */
  readonly aestheticScores: boolean;
}

const FLAGS = object({
  force_zeros_for_empty_prompt: orDefault(flag(), true),
  requires_aesthetics_score: orDefault(flag(), false),
});

/** The same; undefined for other pipelines. @throws PhotoGuardError `config` for flags that are neither true nor false */
export function readXLSettings(index: unknown, label: string): XLSettings | undefined {
  if (!isXL(index)) return undefined;
  const read = validate(FLAGS, index, { label: `${label}: model_index.json`, code: 'config' });
  return {
    zerosWithoutNegative: read.force_zeros_for_empty_prompt,
    aestheticScores: read.requires_aesthetics_score,
  };
}
