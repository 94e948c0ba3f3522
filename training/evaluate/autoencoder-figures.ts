// The figures for comparing an autoencoder with its teacher.
import { list, object } from 'photoguard/validate';
import * as z from 'zod/mini';
import type { AutoencoderQuality } from './autoencoder-quality.ts';
import { ESTIMATE } from './statistics.ts';
import type { TransferFigures } from './transfer.ts';

/** The command's JSON output. */
export interface AutoencoderFigures {
  readonly teacher: string;
  readonly quality: readonly AutoencoderQuality[];
  readonly transfer: readonly TransferFigures[];
}

const QUALITY = object({
  side: z.number('a number'),
  photos: z.number('a number'),
  psnr: ESTIMATE,
  teacherPsnr: ESTIMATE,
  correlation: list(z.number('a number'), 1, 1024, 'a list of numbers'),
});

const TRANSFER = object({
  side: z.number('a number'),
  photos: z.number('a number'),
  eps255: z.number('a number'),
  recipe: z.string('a text'),
  madeOnModel: ESTIMATE,
  madeOnTeacher: ESTIMATE,
  randomNoise: ESTIMATE,
  share: z.number('a number'),
});

/** Figures of a file, with both parts, as the model card needs them. */
export const AUTOENCODER_FIGURES: z.ZodMiniType<AutoencoderFigures> = object({
  teacher: z.string('a text'),
  quality: list(QUALITY, 1, 1000, 'a list with a size'),
  transfer: list(TRANSFER, 1, 1000, 'a list with a size'),
});
